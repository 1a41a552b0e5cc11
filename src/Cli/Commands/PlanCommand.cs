using System.CommandLine;
using System.Globalization;
using VicRegSweeps.Cli.Plans;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Costs;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>plan SWEEP.yaml</c>: what a sweep file comes to, without touching a store or loading libtorch.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var file = Shared.SweepFile();
        var json = Shared.Json();
        var list = new Option<bool>("--list", "-l") { Description = "Print every trial." };
        var calibrate = new Option<bool>("--calibrate")
        {
            Description = "Measure how quickly this machine trains such stacks, to tell how long the sweep takes: for 15 seconds, longer where "
                + "evaluations are long.",
        };
        var limit = Shared.Limit();
        var (stack, cache) = (Shared.Stack(), Shared.CacheFolder());
        var device = Shared.Device("What to plan for: cpu, cuda or cuda:N; auto is cpu here.");
        var store = Shared.StoreOption("The store whose finished trials the time leaves out. [results/NAME/sweep.db]");
        var command = new Command("plan", "Expand and check a sweep file without running anything.")
        {
            file, list, json, store, calibrate, limit, device, stack, cache, Shared.Libtorch,
        }.WithExamples("plan sweeps/quickstart.yaml", "plan sweeps/quickstart.yaml --calibrate");
        command.SetAction(parsed =>
        {
            var place = parsed.GetValue(calibrate) ? Runtime.Device(parsed.GetRequiredValue(device)) : Place(parsed.GetRequiredValue(device));
            var width = Shared.StackWidth(parsed.GetRequiredValue(stack));
            using var runner = new VicRegRunner(place, parsed.GetRequiredValue(cache));
            var sweep = Shared.ReadSweep(parsed.GetRequiredValue(file));
            var plan = PlanReading.Of(sweep, runner.Catalogue, parsed.GetValue(limit)!.Value, parsed.GetRequiredValue(cache));
            if (parsed.GetValue(list))
            {
                List(plan);
                return ExitCodes.Done;
            }

            var inputs = InputCheck.Of(plan);
            width ??= sweep.StackWidth;
            if (parsed.GetValue(calibrate))
                Calibrate(plan, runner, place, width, parsed.GetRequiredValue(cache));
            var path = parsed.GetValue(store);
            var finished = Finished(path ?? Locations.Store(sweep.Name), isNamed: path is not null);
            var estimate = new SweepEstimate(plan, runner, place, width, parsed.GetRequiredValue(cache), finished);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(PlanJson.Of(plan, estimate, inputs));
            else
                new PlanText(Console.Out).Write(plan, estimate, inputs);
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The trials that have ended in a store; null where there is no store yet, or none that can be read and was asked for.</summary>
    public static IReadOnlySet<string>? Finished(string store, bool isNamed)
    {
        try
        {
            if (!StoreRooms.IsThere(store)) return null;

            using var reader = StoreRooms.OpenReader(store);
            return reader.Finished();
        }
        catch (SweepException) when (!isNamed)
        {
            // What lies in the usual place may be anything, and a plan does not need it.
            return null;
        }
    }

    /// <summary>What to plan for. Whether there is such a device is not asked: asking loads libtorch.</summary>
    /// <returns><c>cpu</c> or <c>cuda:N</c>.</returns>
    public static string Place(string device) => device switch
    {
        "cpu" or "auto" => "cpu",
        "cuda" => "cuda:0",
        _ when device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture,
            out _) => device,
        _ => throw new SweepException($"--device is '{device}', but must be auto, cpu, cuda or cuda:N."),
    };

    /// <summary>With the first stack of the sweep.</summary>
    private static void Calibrate(SweepPlan plan, VicRegRunner runner, string device, int? width, string cache)
    {
        using var interruption = new Interruption(() => { });
        var first = plan.Trials().First();
        var key = runner.StackKey(first);
        var stack = plan.Trials().Where(t => runner.StackKey(t) == key).Take(width ?? runner.StackWidth(first)).ToList();
        Calibration.Run(stack, device, cache, TimeProvider.System, interruption.Token);
    }

    private static void List(SweepPlan plan)
    {
        using var output = Outputs.ForData();
        var named = plan.Blocks.Any(b => b.Block.Name.Length > 0);
        output.WriteLine(string.Join('\t', ["trial", .. named ? ["block"] : Array.Empty<string>(), "seed", .. plan.Varying]));
        foreach (var trial in plan.Trials())
        {
            output.Write(trial.Id);
            if (named)
                output.Write($"\t{Visible.Line(trial.Block)}");
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\t{trial.Seed}"));
            foreach (var name in plan.Varying)
                output.Write($"\t{Visible.Line(trial.Settings[name]?.Text ?? "")}");
            output.WriteLine();
        }
    }
}
