using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// A trial keeps its id from version to version, or every store would be trained again. Whoever changes an id here has renamed the trials of
/// all users: a parameter that comes later needs a value of birth.
/// </summary>
public sealed class ShippedIdTests
{
    [Theory]
    [InlineData("article-backbones", "935eee28e3924b48", "ae01dc0a63dec174")]
    [InlineData("article-terms", "244eda7ede1214cf", "109f385884102ba7")]
    [InlineData("cifar10-embeddings", "ef088bb022cc0441", "4b803380aa9128c7")]
    [InlineData("cifar10-weights", "7be553ffe066451e", "d2d5830fc6606a70")]
    [InlineData("embedding-sizes", "f7455bad873753df", "22bcc9deee5e0898")]
    [InlineData("epsilon", "9d1026c8fc12438b", "6b5a1a5aa3a02f03")]
    [InlineData("next-frame", "564dbafc34b38405", "f6c5306d72f4ec9f")]
    [InlineData("optimizers", "5cec7f0e0bce23fc", "5d17a7e7a53dcba9")]
    [InlineData("quickstart", "67d0e4476ad25121", "586b469cbc2973e7")]
    [InlineData("verdicts-cifar10", "e44208cc69d50836", "5f63fa583bd31c28")]
    [InlineData("verdicts-shapes", "af1b1f4fc2e0e170", "4300c37a30d6ff3f")]
    public void The_points_of_a_shipped_sweep_keep_their_ids(string sweep, string first, string all)
    {
        var points = Plan(sweep).Trials().Select(t => t.Point).Distinct().ToList();

        Assert.Equal((first, all), (points[0], Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', points))))[..16]));
    }

    [Fact]
    public void Every_shipped_sweep_is_among_them() => Assert.Equal(
        Directory.GetFiles(Sweeps, "*.yaml").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
        typeof(ShippedIdTests).GetMethod(nameof(The_points_of_a_shipped_sweep_keep_their_ids))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[0]!).Order(StringComparer.Ordinal));

    [Fact]
    public void Ids_begin_as_those_that_the_published_results_were_recorded_with()
    {
        var compared = 0;
        foreach (var sweep in Directory.GetFiles(Sweeps, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)))
        {
            var csv = Path.Combine(Workplace.Repository, "results", sweep, "trials.csv");
            if (!File.Exists(csv)) continue;

            var recorded = File.ReadLines(csv).Skip(1).Select(line => line.Split(',')[0]).ToList();
            var ids = Plan(sweep).Trials().Select(t => t.Id[..recorded[0].Length]).ToHashSet();
            Assert.All(recorded, id => Assert.Contains(id, ids));
            compared += recorded.Count;
        }

        Assert.True(compared > 0);
    }

    private static string Sweeps => Path.Combine(Workplace.Repository, "sweeps");

    private static SweepPlan Plan(string sweep) =>
        SweepPlan.Of(SweepFileReader.Read(Path.Combine(Sweeps, $"{sweep}.yaml"), TrialCatalogue.Parameters), TrialCatalogue.Parameters);
}
