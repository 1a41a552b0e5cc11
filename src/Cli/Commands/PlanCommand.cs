using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary><c>plan SWEEP.yaml</c>: what a sweep file comes to, without touching a store or loading libtorch.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var file = Shared.SweepFile();
        var json = Shared.Json();
        var list = new Option<bool>("--list") { Description = "Print every trial." };
        var command = new Command("plan", "Expand and check a sweep file without running anything.") { file, list, json };
        command.SetAction(parsed =>
        {
            using var runner = new VicRegRunner("cpu", Locations.Cache());
            var sweep = SweepFileReader.Read(parsed.GetRequiredValue(file), runner.Catalogue);
            var plan = SweepPlan.Of(sweep, runner.Catalogue);
            if (parsed.GetValue(list))
            {
                List(plan);
            }
            else if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(Json(plan, StackPlanner.Outline(plan.Trials(), runner, _ => 0).Stacks));
            }
            else
            {
                Describe(plan, StackPlanner.Outline(plan.Trials(), runner, _ => 0).Stacks);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void List(SweepPlan plan)
    {
        Console.Out.WriteLine(string.Join('\t', ["trial", "seed", .. plan.Varying]));
        foreach (var trial in plan.Trials())
        {
            Console.Out.WriteLine(string.Join('\t', [trial.Id, $"{trial.Seed}", .. plan.Varying.Select(name => trial.Settings[name]?.Text ?? "")]));
        }
    }

    private static string Json(SweepPlan plan, IReadOnlyList<PlannedStack> stacks) => new JsonObject
    {
        ["name"] = plan.File.Name,
        ["points"] = plan.Points,
        ["trials"] = plan.TrialCount,
        ["merged"] = plan.Merged,
        ["excluded"] = new JsonArray(),
        ["stacks"] = new JsonArray([.. stacks.Select(s => new JsonObject { ["trials"] = s.Trials })]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static void Describe(SweepPlan plan, IReadOnlyList<PlannedStack> stacks)
    {
        Write($"{plan.File.Name}: {plan.File.Question}");
        foreach (var column in plan.File.Blocks.SelectMany(b => b.Axes).SelectMany(a => a.Columns))
        {
            Write($"  {column.Parameter.Name}: {string.Join(", ", column.Values)}");
        }

        Write($"  seeds: {string.Join(", ", plan.File.Seeds)}");
        var merged = plan.Merged > 0 ? $" ({plan.Merged} points were equal to others)" : "";
        Write($"{plan.Points} points × {plan.File.Seeds.Count} seeds = {plan.TrialCount} trials{merged}");
        Write($"{stacks.Count} stack{(stacks.Count == 1 ? "" : "s")} of {string.Join(", ", stacks.Take(10).Select(s => s.Trials))}{(stacks.Count > 10 ? ", …" : "")} trials");

        static void Write(FormattableString line) => Console.Error.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
