using System.CommandLine;
using VicRegSweeps.Cli.Plans;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Costs;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>run SWEEP.yaml</c>: creates or continues a sweep and trains what is not done.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = Shared.SweepFile();
        var store = Shared.StoreOption(
            "The sweep's database: a file, or postgres://USER@HOST/DATABASE for workers on several machines. [results/NAME/sweep.db]");
        var artifacts = new Option<string?>("--artifacts")
        {
            Description = "Where a new store in PostgreSQL keeps checkpoints and weights: a folder that all machines share. [in the database]",
            HelpName = "DIR",
        };
        var arguments = new TrainingArguments();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Say what would be run, and what a changed file adds, keeps and no longer names; write and train nothing.",
        };
        var (limit, shard, scratch) = (Shared.Limit(), Shared.Shard(), Shared.Scratch());
        var command = new Command("run", "Create or continue a sweep. Running the same file again resumes it.")
        {
            file, store, artifacts, shard, scratch, dryRun, limit,
        }
            .WithExamples("run sweeps/quickstart.yaml", "run sweeps/quickstart.yaml --store mine.db --workers 2",
                "run sweeps/quickstart.yaml --store postgres://ann@db.lab/sweeps", "run sweeps/quickstart.yaml --store /shared/quickstart --shard 3/8");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = arguments.Read(parsed);
            var sweep = Shared.ReadSweep(parsed.GetRequiredValue(file));
            var plan = PlanReading.Of(sweep, TrialCatalogue.Parameters, parsed.GetValue(limit)!.Value, options.Cache, options.Quiet);
            var place = parsed.GetValue(shard);
            var path = parsed.GetValue(store) ?? (place is null ? Locations.Store(sweep.Name) : Locations.Shards(sweep.Name));
            var inputs = InputCheck.Of(plan);
            if (parsed.GetValue(dryRun))
            {
                DryRun(plan, inputs, path, options);
                return ExitCodes.Done;
            }

            inputs.RefuseMissing();
            if (place is not null) return ShardTraining.Run(options, ShardTraining.Folder(path, place.Count, plan, options), place, parsed.GetValue(scratch));

            return Training.Run(options, path, plan, [], parsed.GetValue(artifacts));
        });
        return command;
    }

    private static void DryRun(SweepPlan plan, InputCheck inputs, string store, TrainingOptions options)
    {
        var device = PlanCommand.Place(options.Device);
        using var runner = new VicRegRunner(device, options.Cache);
        var estimate = new SweepEstimate(
            plan, runner, device, options.StackWidth ?? plan.File.StackWidth, options.Cache, PlanCommand.Finished(store, isNamed: true));
        new PlanText(Console.Out).Write(plan, estimate, inputs);
        if (!StoreRooms.IsThere(store))
        {
            Console.Out.WriteLine(Visible.Line($"store   {store} would be made; nothing was written"));
            return;
        }

        using var reader = StoreRooms.OpenReader(store);
        Console.Out.WriteLine(Visible.Line($"store   {store}: {ChangeText.Of(reader.ChangeBy(plan), store)}; nothing was written"));
    }
}
