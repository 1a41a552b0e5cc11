namespace VicRegSweeps.Cli.Tests;

/// <summary>The ready-made sweeps come with the program, for those who have no checkout.</summary>
public sealed class NewTests : IDisposable
{
    private static readonly string[] Shipped =
    [
        .. Directory.GetFiles(Path.Combine(Workplace.Repository, "sweeps"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal),
    ];

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void All_are_listed_with_their_questions()
    {
        var list = place.Run("new");

        Assert.Equal(0, list.ExitCode);
        Assert.Equal(Shipped, list.Output.TrimEnd().Split('\n').Select(l => l.Split(' ')[0]));
        Assert.All(list.Output.TrimEnd().Split('\n'), line => Assert.EndsWith("?", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_is_written_whole_and_can_be_planned_with_its_base_beside_it()
    {
        foreach (var name in Shipped)
        {
            var target = $"{name}/mine.yaml";
            Directory.CreateDirectory(place.PathOf(name));
            Assert.Equal(0, place.Run("new", name, "--out", target).ExitCode);

            var (written, shipped) = (File.ReadAllText(place.PathOf(target)), File.ReadAllText(Path.Combine(Workplace.Repository, "sweeps", $"{name}.yaml")));
            Assert.EndsWith(written, shipped, StringComparison.Ordinal);
            Assert.Equal(1, shipped[..^written.Length].Count(c => c == '\n'));
            Assert.DoesNotContain("$schema", written, StringComparison.Ordinal);
            var plan = place.Run("plan", target, "--json");
            Assert.True(plan.ExitCode == 0 || plan.Error.Contains("backbone.weights", StringComparison.Ordinal), plan.Error);
        }
    }

    [Fact]
    public void Nothing_is_written_over_and_unknown_names_get_the_nearest()
    {
        place.Write("quickstart.yaml", "my own");

        Assert.Equal("quickstart.yaml is there already, and you may have changed it; name another file, or remove it.\n", place.Run("new", "quickstart").Error);
        Assert.Equal("my own", File.ReadAllText(place.PathOf("quickstart.yaml")));
        Assert.Equal("There is no ready-made sweep 'quikstart'. Did you mean 'quickstart'?\n", place.Run("new", "quikstart").Error);
        Assert.Equal((2, "new --out needs the name of a ready-made sweep; 'new' alone lists them.\n"), place.Run("new", "--out", "x.yaml") is var alone ? (alone.ExitCode, alone.Error) : default);
    }

    [Fact]
    public void A_sweep_file_that_is_not_here_is_offered()
    {
        var refused = place.Run("run", "sweeps/epsilon.yaml");

        Assert.Equal((2, "sweeps/epsilon.yaml: there is no such file. One of this name comes with the program: vicreg-sweep new epsilon\n"), (refused.ExitCode, refused.Error));
        Assert.Equal("mine.yaml: there is no such file.\n", place.Run("plan", "mine.yaml").Error);
    }
}
