using System.CommandLine;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Verifying;
using VicRegSweeps.Trials;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>verify STORE</c>: runs some finished trials again and compares them with the record.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var count = Shared.Whole("-n", "How many trials, drawn from those that have a result.", standard: 3);
        var tolerance = Shared.Number(
            "--tolerance", "The largest difference that passes, as a share of the quantity's largest value. On the kind of processor that a "
                + "sweep was trained on there is none.", 0, 1e6, standard: 0.01);
        var (device, stack, cache, quiet) = (Shared.Device(), Shared.Stack(), Shared.CacheFolder(), Shared.Quiet());
        var command = new Command("verify", "Run some finished trials again and compare them with the record.")
        {
            store, count, tolerance, device, stack, cache, quiet, Shared.Libtorch,
        }.WithExamples("verify results/quickstart/sweep.db -n 5");
        command.SetAction(parsed =>
        {
            var width = Shared.StackWidth(parsed.GetRequiredValue(stack));
            using var reader = StoreRooms.OpenReader(parsed.GetRequiredValue(store));
            using var screen = Screen.Create(parsed.GetValue(quiet));
            using var interruption = new Interruption(() => screen.Message("Stopping after this step."));
            var resolved = Runtime.Device(parsed.GetRequiredValue(device));
            using var runner = new VicRegRunner(resolved, parsed.GetRequiredValue(cache));
            var verified = screen.During(0, 0, () => Verification.Run(
                reader, runner, parsed.GetValue(count)!.Value, width, screen, interruption.Token));
            if (verified.Count == 0) throw new SweepException($"{reader.Address}: no trial has a result yet that could be verified.");

            var ids = ShortIds.Of(verified.Select(v => v.Trial));
            var passed = verified.Select(v => Describe(v, ids, parsed.GetValue(tolerance)!.Value)).ToList().TrueForAll(p => p);
            foreach (var line in TrainingEnvironment.Kinds(reader.Environments(), TrainingEnvironment.Json(resolved))) Console.Out.WriteLine(line);
            return passed ? ExitCodes.Done : ExitCodes.SomeTrialsFailed;
        });
        return command;
    }

    /// <returns>Whether it passes.</returns>
    private static bool Describe(VerifiedTrial trial, ShortIds ids, double tolerance)
    {
        var passes = trial.Obstacle is null && !(trial.Largest?.Relative > tolerance);
        Console.Out.WriteLine(Visible.Line($"trial {ids.Shorten(trial.Trial)}: {What(trial, passes)}"));
        return passes;
    }

    private static string What(VerifiedTrial trial, bool passes) => trial switch
    {
        { Obstacle: { } obstacle } => obstacle,
        { Largest: null } => Invariant($"the same to the last bit, {trial.Values} numbers"),
        { Largest: var d } => Invariant($"{(passes ? "agrees" : "DIFFERS")} in {trial.Values} numbers; at most by {Shown.Number(d.Relative, 2)}: ")
            + $"{d.What} was {Exact(d.Recorded)}, and is {Exact(d.Again)} now",
    };

    private static string Exact(double? value) => value is { } number ? Shown.Exact(number) : "absent";
}
