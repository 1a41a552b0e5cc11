using System.Globalization;
using System.Text.Json;
using VicRegSweeps.Cli.Plans;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Cli.Supervised;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Native;
using static System.FormattableString;

namespace VicRegSweeps.Cli;

/// <summary>What <c>run</c> and <c>resume</c> do once they know the store: train what is not done, and show it.</summary>
internal static class Training
{
    /// <param name="store">The store's path; made where it is missing.</param>
    /// <param name="plan">The trials to have; null to go on with those the store has.</param>
    /// <param name="again">Final states whose trials are run again first.</param>
    /// <returns>An exit code.</returns>
    public static int Run(TrainingOptions options, string store, SweepPlan? plan, params IReadOnlyList<TrialState> again)
    {
        // Asked for before the store is made: a device that is not there must not leave one behind.
        if (options.Workers is not null) Devices.Check(options.Device);
        var device = options.Workers is null ? Runtime.Device(options.Device) : "cpu";
        using var runner = new VicRegRunner(device, options.Cache);
        using var opened = SqliteStore.CreateOrOpen(store, runner.Catalogue, TimeProvider.System);
        using var screen = Screen.Create(options.Quiet);
        if (plan is not null) Register(opened, runner, plan, options, screen);
        if (again.Count > 0) screen.Message(Invariant($"{opened.Requeue(again)} trials are run again."));

        var summary = options.Workers is { } workers
            ? SupervisedTraining.Run(opened, options, workers, screen)
            : Here(opened, runner, options.ForRun(WorkerIdentity.Current, EnvironmentOf(device)), screen);
        if (summary.Interrupted)
        {
            screen.Message($"Interrupted; nothing is lost. To go on: {(plan is null ? $"vicreg-sweep resume {store}" : "run the same command again")}.");
            return ExitCodes.Interrupted;
        }

        using (var reader = SqliteStore.OpenReader(store))
        {
            screen.Table(reader);
        }

        screen.Message($"Results: {store}");
        screen.Message($"As a page: vicreg-sweep report {store}");
        screen.Message($"As CSV: vicreg-sweep export {store} --csv {Path.GetDirectoryName(store)}");
        return summary.Status.Failed > 0 ? ExitCodes.SomeTrialsFailed : ExitCodes.Done;
    }

    /// <summary>Device and versions, to be recorded with every stack.</summary>
    /// <param name="device">Resolved.</param>
    public static string EnvironmentOf(string device) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["device"] = device,
        ["machine"] = Environment.MachineName,
        ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["vicreg-sweep"] = typeof(Training).Assembly.GetName().Version!.ToString(3),
        ["torch"] = NativeRuntime.Libtorch.IsPackage ? TorchSharp.torch.__version__ : NativeRuntime.Libtorch.Version ?? "unknown",
        ["dotnet"] = Environment.Version.ToString(),
    });

    private static RunSummary Here(SqliteStore store, VicRegRunner runner, SweepRunOptions options, Screen screen)
    {
        using var interruption = new Interruption(() => screen.Message("Stopping after this step; press Ctrl-C again to stop at once."));
        var before = store.Status();
        return screen.During(before.Finished, before.Total, () => new SweepRun(store, runner, screen, options).Execute(interruption.Token));
    }

    private static void Register(SqliteStore store, VicRegRunner runner, SweepPlan plan, TrainingOptions options, Screen screen)
    {
        screen.Message(Invariant($"{plan.File.Name}: {plan.Points} points × {plan.File.Seeds.Count} seeds = {plan.TrialCount} trials"));
        if (HalvingOutlook.SeedsTogether(plan) is { } seeds)
        {
            var stacks = StackPlanner.Outline(plan.Trials(), runner, _ => 0, options.StackWidth ?? plan.File.StackWidth, seeds).Stacks;
            if (HalvingOutlook.Of(plan, stacks) is { } halving) screen.Message(halving);
        }

        var change = store.ChangeBy(plan);
        if (change.Continues) screen.Message($"Continuing: {ChangeText.Of(change)}");
        store.Register(plan.File.Name, plan.File.Question ?? "", plan.File.Text, plan.Trials(), runner.StackKey, SweepRules.Of(plan.File));
    }
}
