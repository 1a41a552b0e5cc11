using VicRegSweeps.Cli.Plans;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Native;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli;

/// <summary>What <c>run</c> and <c>resume</c> do once they know the store: train what is not done, and show it.</summary>
internal static class Training
{
    /// <param name="store">The store's path; made where it is missing.</param>
    /// <param name="plan">The trials to have; null to go on with those the store has.</param>
    /// <param name="again">Final states whose trials are run again first.</param>
    /// <param name="artifacts">See <see cref="StoreRooms.CreateOrOpen"/>.</param>
    /// <returns>An exit code.</returns>
    public static int Run(TrainingOptions options, string store, SweepPlan? plan, IReadOnlyList<TrialState> again, string? artifacts = null)
    {
        // Asked for before the store is made: a device that is not there must not leave one behind.
        if (options.Workers is not null) Devices.Check(options.Device);
        var device = options.Workers is null ? Runtime.Device(options.Device) : "cpu";
        using var runner = new VicRegRunner(device, options.Cache);
        using var opened = StoreRooms.CreateOrOpen(store, runner.Catalogue, TimeProvider.System, artifacts);
        using var screen = Screen.Create(options.Quiet);
        if (plan is not null) Register(opened, runner, plan, options, screen);
        if (again.Count > 0)
        {
            var count = opened.Requeue(again);
            screen.Message(Invariant($"{Counted(count, "trial")} {(count == 1 ? "is" : "are")} run again."));
        }

        var sweep = plan?.File.Name ?? OnlySweep(store);
        var live = options.Live?.Begin(store, ReportReading.Options with { Sweep = sweep }, Console.Error);
        RunSummary summary;
        try
        {
            summary = options.Workers is { } workers
                ? SupervisedTraining.Run(opened, options, workers, screen)
                : Here(opened, runner, options.ForRun(WorkerIdentity.Current, TrainingEnvironment.Json(device)), screen);
        }
        finally
        {
            if (live is not null) Serving.End(live, "The run", store);
        }

        if (live is not null) screen.Say($"The live page has ended with the run. To see it again: {CommandName.Line("serve", store)}");
        if (summary.Interrupted)
        {
            screen.Message("Interrupted; nothing is lost.");
            screen.Say($"To go on: {(plan is null ? CommandName.Line("resume", store) : "run the same command again")}");
            return ExitCodes.Interrupted;
        }

        using (var reader = StoreRooms.OpenReader(store))
            Hints(screen, store, reader.Sweeps().Count > 1 ? sweep : null, screen.Outcome(reader, sweep),
                KeptWeights.Of(reader).Count > 0);
        return summary.Status.Failed > 0 ? ExitCodes.SomeTrialsFailed : ExitCodes.Done;
    }

    /// <summary>All sweeps together, where a store has several and nobody says which is meant.</summary>
    private static string? OnlySweep(string store)
    {
        using var reader = StoreRooms.OpenReader(store);
        return reader.Sweeps().Count > 1 ? SweepChoice.All : null;
    }

    private static RunSummary Here(IStore store, VicRegRunner runner, SweepRunOptions options, Screen screen)
    {
        using var interruption = new Interruption(() => screen.Message("Stopping after this step; press Ctrl-C again to stop at once."));
        var before = store.Status();
        return screen.During(before.Finished, before.Total, () => new SweepRun(store, runner, screen, options).Execute(interruption.Token));
    }

    /// <summary>Where to look at the results, as commands that work as they stand.</summary>
    /// <param name="sweep">Which of the store's sweeps, or all of them; null where it has one.</param>
    private static void Hints(Screen screen, string store, string? sweep, string? best, bool hasWeights)
    {
        string[] which = sweep is null ? [] : ["--sweep", sweep], one = sweep is null or SweepChoice.All ? [] : which;
        screen.Say("");
        screen.Say($"Results:     {store}");
        screen.Say($"As a page:   {CommandName.Line(["report", store, .. which])}");
        screen.Say($"As CSV:      {CommandName.Line(["export", store, .. one, "--csv", Locations.Beside(store)])}");
        if (best is not null) screen.Say($"One trial:   {CommandName.Line("show", store, best)}");
        if (!hasWeights) return;

        var target = Path.Combine(Path.GetDirectoryName(store) ?? "", "best-model");
        screen.Say($"Weights:     {CommandName.Line(["export", store, .. one, "--weights", "best", "--out", target])}");
    }

    public static void Register(IStore store, VicRegRunner runner, SweepPlan plan, TrainingOptions options, Screen screen)
    {
        screen.Message(
            Invariant($"{plan.File.Name}: {Counted(plan.Points, "point")} × {Counted(plan.File.Seeds.Count, "seed")} = {Counted(plan.TrialCount, "trial")}"));
        if (HalvingOutlook.SeedsTogether(plan) is { } seeds)
        {
            var stacks = StackPlanner.Outline(plan.Stages.Concat(plan.Trials()), runner, _ => 0, options.StackWidth ?? plan.File.StackWidth, seeds).Stacks;
            if (HalvingOutlook.Of(plan, stacks) is { } halving) screen.Message(halving);
        }

        var change = store.ChangeBy(plan);
        if (change.Continues) screen.Message($"Continuing: {ChangeText.Of(change, store.Address)}");
        store.Register(plan.File.Name, plan.File.Question ?? "", plan.File.Text, plan.Trials(), runner.StackKey, SweepRules.Of(plan.File));
    }
}
