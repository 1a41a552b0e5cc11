using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>sweeps [DIR]</c>: the stores under a folder or the one at an address, and where each stands.</summary>
internal static class SweepsCommand
{
    private const string Standard = "results";

    public static Command Create()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "The folder to look in, with all below it; or the address of a store in PostgreSQL.",
            DefaultValueFactory = _ => Standard,
        };
        var json = Shared.Json();
        var command = new Command("sweeps", "List the sweeps whose stores lie under a folder: question, trials by state, last activity, size.") { folder, json }
            .WithExamples("sweeps", "sweeps ~/studies --json", "sweeps postgres://ann@db.lab/sweeps");
        command.SetAction(parsed =>
        {
            var found = Find(parsed.GetRequiredValue(folder));
            if (parsed.GetValue(json)) Console.Out.WriteLine(Json(found));
            else Print(found, parsed.GetRequiredValue(folder));
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The stores under a folder, the one that was written to last first. What cannot be read is said, and the rest is listed.</summary>
    private static List<FoundStore> Find(string folder)
    {
        if (StoreAddress.IsServer(folder))
        {
            using var server = StoreRooms.OpenReader(folder);
            return [new FoundStore(folder, server.Sweeps(), server.Status(), null, null)];
        }

        if (!Directory.Exists(folder))
        {
            throw new SweepException(folder == Standard
                ? $"There is no folder '{folder}' here, where runs keep their stores unless told otherwise. Name the folder to look in."
                : $"There is no folder '{folder}'.");
        }

        var stores = new List<FoundStore>();
        foreach (var path in StoreFiles.Under(folder))
        {
            try
            {
                using var reader = StoreRooms.OpenReader(path);
                stores.Add(new FoundStore(path, reader.Sweeps(), reader.Status(), StoreFiles.LastWritten(path), StoreFiles.Bytes(path)));
            }
            catch (SweepException error)
            {
                Console.Error.WriteLine(error.Message);
            }
        }

        foreach (var path in StoreFiles.ShardsUnder(folder))
        {
            try
            {
                var shards = ShardFolder.Open(path);
                using var plan = shards.OpenPlan();
                var (at, bytes) = StoreFiles.All(path);
                stores.Add(new FoundStore(path, plan.Sweeps(), ShardFolder.Together(shards.Standings(TimeProvider.System.GetUtcNow())), at, bytes));
            }
            catch (SweepException error)
            {
                Console.Error.WriteLine(error.Message);
            }
        }

        return [.. stores.OrderByDescending(s => s.LastActivity).ThenBy(s => s.Path, StringComparer.Ordinal)];
    }

    private static void Print(List<FoundStore> stores, string folder)
    {
        if (stores.Count == 0) Console.Error.WriteLine($"There is no store under '{folder}'.");
        foreach (var (path, sweeps, status, at, bytes) in stores)
        {
            Write($"{path}");
            foreach (var sweep in sweeps) Write($"  {sweep.Name}{(sweep.Question.Length > 0 ? $": {sweep.Question}" : "")}");
            var states = string.Join(", ", States(status).Where(s => s.Count > 0).Select(s => Invariant($"{s.Count:#,0} {s.Name}")));
            var when = at is { } last ? $"; last written {last.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}" : "";
            Write($"  {(states.Length > 0 ? states : "no trials")}{when}{(bytes is { } size ? $"; {Quantity.OfBytes(size)}" : "")}");
        }
    }

    private static (int Count, string Name)[] States(StoreStatus status) =>
    [
        (status.Completed, "completed"), (status.Stopped, "stopped"), (status.Failed, "failed"), (status.Running, "running"), (status.Pending, "pending"),
    ];

    private static string Json(List<FoundStore> stores) =>
        new JsonArray([.. stores.Select(Json)]).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static JsonObject Json(FoundStore store)
    {
        var json = new JsonObject
        {
            ["store"] = store.Path,
            ["sweeps"] = new JsonArray([.. store.Sweeps.Select(s => new JsonObject { ["name"] = s.Name, ["question"] = s.Question })]),
        };
        foreach (var (count, name) in States(store.Status)) json[name] = count;
        json["total"] = store.Status.Total;
        json["last_activity_utc"] = store.LastActivity?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        json["bytes"] = store.Bytes;
        return json;
    }

    private static void Write(FormattableString line) => Console.Out.WriteLine(Visible.Of(line));

    /// <param name="LastActivity">Null where the server does not say.</param>
    /// <param name="Bytes">Null where the server does not say.</param>
    private sealed record FoundStore(string Path, IReadOnlyList<RecordedSweep> Sweeps, StoreStatus Status, DateTime? LastActivity, long? Bytes);
}
