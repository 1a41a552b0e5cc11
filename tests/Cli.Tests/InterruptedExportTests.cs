namespace VicRegSweeps.Cli.Tests;

/// <summary>What is written whole or not at all leaves nothing behind, however it ends.</summary>
public sealed class InterruptedExportTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_report_that_is_interrupted_leaves_the_folder_as_it_was(string signal)
    {
        MakeStore();
        place.Write("report/report.html", "the old one");

        using var report = place.Start("report", "s.db", "--out", "report");
        WaitFor(() => Unfinished().Length > 0);
        report.Signal(signal);
        var result = report.Finish(TimeSpan.FromMinutes(1));

        Assert.Equal((130, ""), (result.ExitCode, result.Error));
        Assert.Equal([place.PathOf("report/report.html")], Directory.GetFileSystemEntries(place.PathOf("report"), "*", SearchOption.AllDirectories));
        Assert.Equal("the old one", File.ReadAllText(place.PathOf("report/report.html")));
    }

    [Fact]
    public void What_a_killed_report_left_goes_with_the_next_and_what_is_being_written_stays()
    {
        MakeStore();
        using var killed = place.Start("report", "s.db", "--out", "report");
        WaitFor(() => Unfinished() is [var folder] && File.Exists(Path.Combine(folder, "lock")));
        killed.Signal("KILL");
        killed.Finish(TimeSpan.FromMinutes(1));
        Assert.Single(Unfinished());
        place.Write("report/.new-old/report.html", "from a version that made no locks");
        Directory.SetLastWriteTimeUtc(place.PathOf("report/.new-old"), DateTime.UtcNow.AddDays(-1));
        place.Write("report/.new-young/report.html", "perhaps being written");
        Directory.CreateDirectory(place.PathOf("report/.new-held"));
        using var held = new FileStream(place.PathOf("report/.new-held/lock"), FileMode.CreateNew, FileAccess.Write, FileShare.None);

        Assert.Equal(0, place.Run("report", "s.db", "--out", "report").ExitCode);

        Assert.Equal([place.PathOf("report/.new-held"), place.PathOf("report/.new-young")], Unfinished().Order(StringComparer.Ordinal));
    }

    private void MakeStore()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);
    }

    private string[] Unfinished() => Directory.Exists(place.PathOf("report")) ? Directory.GetDirectories(place.PathOf("report"), ".new-*") : [];

    private static void WaitFor(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 24_000, "It did not come within two minutes.");
            Thread.Sleep(5);
        }
    }
}
