using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Tests.Arrays;

public sealed class WholeFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("whole-file-tests-").FullName;

    private string Target => Path.Combine(folder, "t");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_given_up_leaves_the_old_file_and_nothing_else()
    {
        WholeFile.WriteText(Target, "old");

        using (var file = new WholeFile(Target)) file.Write("new"u8);

        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(folder));
    }

    [Fact]
    public void Its_unfinished_name_is_another_every_time()
    {
        using var first = new WholeFile(Target);
        using var second = new WholeFile(Target);

        Assert.Equal(2, Directory.GetFiles(folder, "t.*.tmp").Length);
    }

    [Fact]
    public void A_link_under_the_file_s_own_name_is_replaced_and_not_followed()
    {
        File.WriteAllText(Path.Combine(folder, "precious"), "untouched");
        File.CreateSymbolicLink(Target, Path.Combine(folder, "precious"));

        WholeFile.WriteText(Target, "new");

        Assert.Null(new FileInfo(Target).LinkTarget);
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(folder, "precious")));
    }

    [Fact]
    public void What_a_killed_process_left_goes_with_the_next_file_of_the_name_alone()
    {
        string[] others = ["t.tmp", "t.0123456789abcdeg.tmp", "t.0123456789ABCDEF.tmp", "u.0123456789abcdef.tmp", "t.0123456789abcdef.tmp.txt"];
        foreach (var name in others) File.WriteAllText(Path.Combine(folder, name), "somebody's");
        File.WriteAllText(Target + ".0123456789abcdef.tmp", "half a");
        File.CreateSymbolicLink(Target + ".00000000000000ff.tmp", Path.Combine(folder, "t.tmp"));
        using var held = new WholeFile(Target);
        held.Write("being written"u8);

        WholeFile.WriteText(Target, "new");
        held.Commit();

        Assert.Equal("being written", File.ReadAllText(Target));
        Assert.Equal(
            others.Append("t").Append("t.00000000000000ff.tmp").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said() => Assert.Equal(
        $"'{folder}/none/t' cannot be written: there is no folder '{folder}/none'.",
        Assert.Throws<SweepException>(() => new WholeFile(Path.Combine(folder, "none", "t"))).Message);
}
