using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Merging;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.Trials;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>merge INTO FROM…</c>: unites stores by trial id.</summary>
internal static class MergeCommand
{
    private const int MostShown = 20;

    public static Command Create()
    {
        var into = new Argument<string>("INTO")
        {
            Description = "The store that has all trials in the end; made where it is missing.",
            CustomParser = Shared.StorePathOf,
        };
        var from = new Argument<string[]>("FROM")
        {
            Description = "Stores and folders of shards to take trials and results from; they stay as they are.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("merge", "Unite stores by the ids of their trials. What has a result keeps it; doing it again changes nothing.")
        {
            into, from,
        }.WithExamples("merge all.db a/sweep.db b/sweep.db", "merge all.db /shared/quickstart");
        command.SetAction(parsed =>
        {
            var sources = parsed.GetRequiredValue(from);
            // All are looked into before one is taken over.
            foreach (var source in sources.Where(s => !ShardFolder.IsOne(s))) StoreRooms.OpenReader(source).Dispose();
            using var store = StoreRooms.CreateOrOpen(
                parsed.GetRequiredValue(into), TrialCatalogue.Parameters, TimeProvider.System);
            foreach (var source in sources)
            {
                if (ShardFolder.IsOne(source))
                {
                    MergeShards(store, ShardFolder.Open(source));
                    continue;
                }

                using var reader = StoreRooms.OpenReader(source);
                Describe(source, store.Merge(reader));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The plan first, so that trials are in its order, and then what every shard has; those that are not finished are named.</summary>
    private static void MergeShards(IStore store, ShardFolder folder)
    {
        using (var plan = folder.OpenPlan()) Describe($"{folder.Path}, plan", store.Merge(plan));
        foreach (var shard in Enumerable.Range(1, folder.Count))
        {
            using var reader = folder.OpenShard(shard);
            if (reader is not null) Describe($"{folder.Path}, shard {new ShardPlace(shard, folder.Count)}", store.Merge(reader));
        }

        var now = TimeProvider.System.GetUtcNow();
        foreach (var shard in folder.Standings(now).Where(s => !s.IsFinished)) Console.Error.WriteLine(ShardText.Of(folder, shard, now));
    }

    private static void Describe(string source, MergeReport report)
    {
        var (added, ended) = (Counted(report.Added, "trial"), Counted(report.Ended, "result"));
        Write($"{source}: {added} added, {ended} taken over, {report.Agreed} the same in both, {report.Disagreements.Count} that disagree");
        foreach (var (trial, what, here, there) in report.Disagreements.Take(MostShown))
        {
            Write($"  trial {trial}: {what} is {here ?? "missing"} here and {there ?? "missing"} there; the one here stays");
        }

        if (report.Disagreements.Count > MostShown) Write($"  … and {report.Disagreements.Count - MostShown} more");
    }

    private static void Write(FormattableString line) => Console.Error.WriteLine(Visible.Of(line));
}
