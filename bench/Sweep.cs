using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Bench;

/// <summary>Runs whole sweeps as the command does: plan, store, feature bank, training, evaluation, rows.</summary>
internal static class Sweep
{
    /// <param name="yaml">A sweep file's text.</param>
    /// <param name="cache">Where feature banks are kept.</param>
    /// <returns>Wall seconds, and the number of trials, which all completed.</returns>
    public static (double Seconds, long Trials) Run(string yaml, string cache)
    {
        var folder = Directory.CreateTempSubdirectory("vicreg-bench-");
        try
        {
            var trials = 0L;
            var seconds = Clock.Seconds(() => trials = Run(yaml, cache, folder.FullName));
            return (seconds, trials);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long Run(string yaml, string cache, string folder)
    {
        var file = Path.Combine(folder, "sweep.yaml");
        File.WriteAllText(file, yaml);
        using var runner = new VicRegRunner("cpu", cache);
        var plan = SweepPlan.Of(SweepFileReader.Read(file, runner.Catalogue), runner.Catalogue);
        using var store = StoreRooms.CreateOrOpen(Path.Combine(folder, "sweep.db"), runner.Catalogue, TimeProvider.System);
        store.Register(plan.File.Name, "", plan.File.Text, plan.Trials(), runner.StackKey, SweepRules.Of(plan.File));
        var status = new SweepRun(store, runner, new SilentObserver()).Execute(CancellationToken.None).Status;
        return status.Completed == plan.TrialCount
            ? plan.TrialCount
            : throw new InvalidOperationException($"{status.Completed} of {plan.TrialCount} trials completed.");
    }
}
