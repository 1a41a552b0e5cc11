using VicRegSweeps.Cli.Screens;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Cli.Plans;

/// <summary>Plans a sweep with what lies in the files that it names, which may take long to read.</summary>
internal static class PlanReading
{
    /// <param name="limit">See <see cref="SweepPlan.Of"/>.</param>
    /// <param name="cache">Where checksums of files are remembered.</param>
    /// <param name="isQuiet">Whether nobody is told how far it is.</param>
    /// <exception cref="OperationCanceledException">It was interrupted while it read.</exception>
    public static SweepPlan Of(SweepFile sweep, ParameterCatalogue catalogue, int limit, string cache, bool isQuiet = false)
    {
        // Without files there is nothing to keep, and a signal ends the process at once.
        using var interruption = NamesFiles(sweep, catalogue)
            ? new Interruption(() => Console.Error.WriteLine("Stopping; what was read is remembered. Press Ctrl-C again to stop at once.")) : null;
        var cancel = interruption?.Token ?? CancellationToken.None;
        var contents = new FileContents(cache, isQuiet ? null : ReadingNote.Progress(), cancel);
        var plan = SweepPlan.Of(sweep, catalogue, limit, (parameter, settings) =>
        {
            cancel.ThrowIfCancellationRequested();
            return contents.Of(parameter, settings);
        });
        cancel.ThrowIfCancellationRequested();
        return plan;
    }

    private static bool NamesFiles(SweepFile sweep, ParameterCatalogue catalogue) => sweep.Blocks
        .SelectMany(block => block.Fixed.Keys.Concat(block.Axes.SelectMany(axis => axis.Columns.Select(column => column.Parameter.Name))))
        .Any(name => catalogue[name].CountsByContent);
}
