using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>status STORE</c>: where the trials stand. Reading never disturbs a sweep that is running.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var json = Shared.Json();
        var watch = new Option<bool>("--watch")
        {
            Description = "Go on showing it, with the best trial so far and the share collapsed, until all trials have ended.",
        };
        var every = Shared.Number("--every", "Seconds between looks.", 0.1, 86_400, standard: 2);
        var command = new Command("status", "Counts by state, live workers, rate and time left.") { store, json, watch, every }
            .WithExamples("status results/quickstart/sweep.db", "status results/quickstart/sweep.db --watch");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(watch)) return Watch(parsed.GetRequiredValue(store), parsed.GetValue(every)!.Value);
            if (ShardFolder.IsOne(parsed.GetRequiredValue(store))) return OfShards(ShardFolder.Open(parsed.GetRequiredValue(store)), parsed.GetValue(json));

            using var reader = StoreRooms.OpenReader(parsed.GetRequiredValue(store));
            var (status, tasks) = (reader.Status(), ClusterQueue.Of(reader.Address).Tasks());
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(Text(Json(status, tasks, reader.Breaks().Count)));
            }
            else
            {
                Describe(reader.Address, status, tasks ?? []);
                Describe(reader.Breaks());
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static int Watch(string store, double seconds)
    {
        using var interruption = new Interruption(() => { });
        new WatchScreen(Terminal.Picture(), Title(store), TimeSpan.FromSeconds(seconds), ClusterQueue.Of(store)).Watch(
            () =>
            {
                // A reader sees the store as it was at its first look, so each look has its own.
                using var reader = StoreRooms.OpenReader(store);
                return (reader.Status(), reader.Standing(Headlines.Objective(reader)));
            },
            interruption.Token);
        return ExitCodes.Done;
    }

    /// <summary>The sweep's name, or the store's where it has none.</summary>
    private static string Title(string store)
    {
        using var reader = StoreRooms.OpenReader(store);
        return reader.Sweeps() is { Count: > 0 } sweeps ? string.Join(", ", sweeps.Select(s => s.Name)) : store;
    }

    private static int OfShards(ShardFolder folder, bool json)
    {
        var now = TimeProvider.System.GetUtcNow();
        var shards = folder.Standings(now);
        var status = ShardFolder.Together(shards);
        var tasks = ClusterQueue.Of(folder.Path).Tasks();
        if (json)
        {
            var whole = Json(status, tasks, brokenStacks: 0);
            whole.Remove("broken_stacks");    // They are the shards', see merge.
            whole["shards"] = new JsonArray([.. shards.Select(Json)]);
            Console.Out.WriteLine(Text(whole));
            return ExitCodes.Done;
        }

        Counts(status);
        var queued = (tasks ?? []).GroupBy(t => t.Id.Split('_')[^1], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            var number = shard.Place.Number.ToString(CultureInfo.InvariantCulture);
            Console.Out.WriteLine(ShardText.Of(folder, shard, now, queued.GetValueOrDefault(number)));
        }

        Describe(tasks ?? []);
        if (Outlook.Of(status) is { PerMinute: { } rate, Left: { } left } && status.Running > 0)
            Write($"{Quantity.Of(rate)} trials a minute, about {Quantity.Of(left)} left");
        return ExitCodes.Done;
    }

    private static JsonObject Json(ShardStanding shard) => new()
    {
        ["shard"] = shard.Place.ToString(),
        ["trials"] = shard.Trials,
        ["finished"] = shard.Status.Finished,
        ["at_work"] = shard.IsAtWork && !shard.IsFinished,
        ["host"] = shard.Sign?.Host,
        ["process"] = shard.Sign?.Process,
        ["job"] = shard.Sign?.Job,
        ["published_utc"] = shard.Sign?.Published?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    private static string Text(JsonObject json) => json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <param name="tasks">Null where there is no queue to be asked.</param>
    private static JsonObject Json(StoreStatus status, IReadOnlyList<SlurmTask>? tasks, int brokenStacks) => new()
    {
        ["pending"] = status.Pending,
        ["running"] = status.Running,
        ["completed"] = status.Completed,
        ["stopped"] = status.Stopped,
        ["failed"] = status.Failed,
        ["total"] = status.Total,
        ["workers"] = new JsonArray([.. status.Workers.Select(w => JsonValue.Create(w))]),
        ["stacks"] = new JsonArray([.. status.Stacks.Select(Json)]),
        ["lost"] = new JsonArray([.. status.Lost.Select(Json)]),
        ["slurm"] = tasks is null ? null : new JsonArray([.. tasks.Select(Json)]),
        ["trials_per_minute"] = Outlook.Of(status).PerMinute,
        ["broken_stacks"] = brokenStacks,
        ["seconds_left"] = Outlook.Of(status).Left?.TotalSeconds,
        ["searches"] = new JsonArray([.. status.Searches.Select(Json)]),
    };

    private static JsonObject Json(SearchStanding search) => new()
    {
        ["sweep"] = search.Sweep,
        ["generation"] = search.Generation,
        ["generations"] = search.Generations,
    };

    private static JsonObject Json(SlurmTask task) => new()
    {
        ["job"] = task.Id,
        ["state"] = task.State,
        ["reason"] = task.Reason,
        ["node"] = task.Node,
    };

    private static JsonObject Json(StackAtWork stack) => new()
    {
        ["stack"] = stack.Number,
        ["worker"] = stack.Worker,
        ["host"] = stack.Worker.Split(':')[0],
        ["job"] = WorkerIdentity.JobOf(stack.Worker),
        ["seconds_since_heard_of"] = stack.Silence?.TotalSeconds,
        ["trials"] = stack.Trials,
        ["activity"] = stack.Progress?.Activity,
        ["done"] = stack.Progress?.Done,
        ["total"] = stack.Progress?.Total,
        ["unit"] = stack.Progress?.Unit,
    };

    private static void Describe(string store, StoreStatus status, IReadOnlyList<SlurmTask> tasks)
    {
        Counts(status);
        foreach (var search in status.Searches) Write($"{SweepNow.Of(search)}");
        Describe(tasks);
        if (status.IsDone) return;

        foreach (var lost in status.Lost) Write($"lost: worker on {WorkerName.OfLost(lost)}; the next worker takes them up");
        if (status.Workers.Count == 0)
        {
            if (tasks.Count > 0) Write($"no workers, so nothing is trained before the queue lets one begin");
            else Write($"no workers, so nothing is trained; to go on: {CommandName.Line("resume", store)}");
            return;
        }

        foreach (var worker in status.Workers) Write($"worker on {WorkerName.Of(worker, status)}");
        foreach (var stack in status.Stacks) Write($"stack {stack.Number}, {SweepNow.Once(stack)}");
        if (Outlook.Of(status) is { PerMinute: { } rate, Left: { } left }) Write($"{Quantity.Of(rate)} trials a minute, about {Quantity.Of(left)} left");
    }

    private static void Counts(StoreStatus status)
    {
        Write($"{status.Finished} of {status.Total} trials finished: {status.Completed} completed, {status.Stopped} stopped, {status.Failed} failed");
        Write($"{status.Running} running, {status.Pending} pending");
    }

    private static void Describe(IReadOnlyList<SlurmTask> tasks)
    {
        foreach (var job in QueueText.Of(tasks)) Write($"in Slurm's queue: {job}");
    }

    private static void Describe(IReadOnlyList<RecordedBreak> breaks)
    {
        if (breaks is not [.., var last]) return;

        var broken = breaks.Count == 1
            ? "1 stack broke while it was trained"
            : string.Create(CultureInfo.InvariantCulture, $"{breaks.Count} stacks broke while they were trained");
        Write($"{broken}; the last had {last.Stack.Width} trial{(last.Stack.Width == 1 ? "" : "s")}, at {last.At}: {last.Stack.Reason}");
    }

    private static void Write(FormattableString line) => Console.Out.WriteLine(Visible.Of(line));
}
