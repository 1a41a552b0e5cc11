using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using static VicRegSweeps.Reports.Tests.ScriptedSweep;

namespace VicRegSweeps.Reports.Tests.Tables;

/// <summary>Nothing is written through a link that somebody planted in the folder of a report or of an export.</summary>
public sealed class PlantedLinkTests : IDisposable
{
    private readonly ScriptedSweep sweep = new(ByWeights, Grid(1));

    public PlantedLinkTests()
    {
        Directory.CreateDirectory(sweep["precious"]);
        Directory.CreateDirectory(sweep["out"]);
        File.WriteAllText(sweep["precious/file"], "precious");
    }

    public void Dispose() => sweep.Dispose();

    [Theory]
    [InlineData("precious")]
    [InlineData("absent")]
    [InlineData("precious/file")]
    public void A_link_in_the_place_of_the_figures_is_refused_and_the_report_is_as_it_was(string target)
    {
        File.WriteAllText(sweep["out/report.html"], "the old one");
        File.CreateSymbolicLink(sweep["out/figures"], sweep[target]);
        using var reader = sweep.Read();

        var error = Assert.Throws<SweepException>(() => Report.Write(reader, sweep["out"]));

        Assert.Equal(
            $"'{sweep["out/figures"]}' is a link to '{sweep[target]}', and nothing is written through links below the folder that the files go to. Delete the link.",
            error.Message);
        Assert.Equal(["figures", "report.html"], Directory.GetFileSystemEntries(sweep["out"]).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal));
        Assert.Equal("the old one", File.ReadAllText(sweep["out/report.html"]));
        AssertPreciousIsAsItWas();
    }

    [Theory]
    [InlineData("precious")]
    [InlineData("absent")]
    [InlineData("precious/file")]
    public void A_link_that_has_a_files_name_is_replaced_by_the_file(string target)
    {
        Directory.CreateDirectory(sweep["out/figures"]);
        var before = WriteAll();
        var names = before.Where(path =>
            Path.GetFileName(path) is "report.html" or "trials.csv" or "trials.parquet" || path.EndsWith(".png", StringComparison.Ordinal)).ToList();
        foreach (var path in names)
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, sweep[target]);
        }

        WriteAll();

        Assert.True(names.Count > 3);
        Assert.All(names, path => Assert.Null(new FileInfo(path).LinkTarget));
        Assert.All(names, path => Assert.True(new FileInfo(path).Length > 0));
        Assert.False(File.Exists(sweep["absent"]));
        AssertPreciousIsAsItWas();
    }

    /// <summary>The folder itself is the user's to name, and people keep results on other disks by such links.</summary>
    [Fact]
    public void The_folder_itself_may_be_a_link()
    {
        File.CreateSymbolicLink(sweep["link"], sweep["out"]);
        using var reader = sweep.Read();

        Export.Csv(reader, sweep["link"]);

        Assert.True(File.Exists(sweep["out/trials.csv"]));
    }

    private List<string> WriteAll()
    {
        using var reader = sweep.Read();
        return [.. Report.Write(reader, sweep["out"]), .. Export.Csv(reader, sweep["out"]), .. Export.Parquet(reader, sweep["out"])];
    }

    private void AssertPreciousIsAsItWas()
    {
        Assert.Equal([sweep["precious/file"]], Directory.GetFileSystemEntries(sweep["precious"]));
        Assert.Equal("precious", File.ReadAllText(sweep["precious/file"]));
    }
}
