using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>
/// A folder that machines share, and in which a sweep is trained without a database: it holds the plan, and what the worker of each shard has
/// published of a store on a disk of its own. No database is ever open in it, and nothing in it is locked: files come by rename, and each has one
/// writer.
/// </summary>
/// <remarks>
/// <c>shards.json</c> says how many shards there are, <c>plan.db</c> is a store of all trials before the first one runs, and
/// <c>shard-3/attempt-2/</c> is what the second worker of the third shard has published: <c>sweep.db</c> with its checkpoints and artifacts
/// beside it, and <c>worker.json</c>.
/// </remarks>
public sealed class ShardFolder
{
    internal const string StoreName = "sweep.db";

    private const int Version = 1;
    private const string SettingsName = "shards.json";
    private const string PlanName = "plan.db";
    private const int MostTries = 5;

    private IReadOnlyDictionary<long, int>? shardOf;

    private ShardFolder(string path, int count) => (Path, Count) = (path, count);

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>How many shards there are.</summary>
    public int Count { get; }

    /// <summary>Whether a path leads to such a folder.</summary>
    public static bool IsOne(string path) => path.Length > 0 && File.Exists(System.IO.Path.Combine(path, SettingsName));

    /// <exception cref="SweepException">It is none that this version reads.</exception>
    public static ShardFolder Open(string path)
    {
        var file = System.IO.Path.Combine(path, SettingsName);
        try
        {
            var settings = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            if (settings["version"]!.GetValue<int>() != Version) throw new SweepException($"{path}: this folder of shards was made by a newer vicreg-sweep.");

            var count = settings["shards"]!.GetValue<int>();
            return count is >= 1 and <= ShardPlace.MostShards ? new ShardFolder(path, count) : throw new FormatException("no such number");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{file} cannot be read ({error.Message})", error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new SweepException($"{file} does not say how many shards there are: it is damaged. Restore a copy of the folder.", error);
        }
    }

    /// <summary>Makes a folder of shards, whole or not at all. Where another machine has just made it, that one is taken.</summary>
    /// <param name="register">Registers the sweep in a new store.</param>
    /// <exception cref="SweepException">Something else has the name, or the folder cannot be made.</exception>
    public static ShardFolder Make(string path, int count, ParameterCatalogue catalogue, TimeProvider time, Action<IStore> register)
    {
        if (IsOne(path)) return Open(path);

        RefuseOther(path);
        using var scratch = new ScratchFolder();
        var plan = scratch[StoreName];
        using (var store = SqliteRoom.CreateOrOpen(plan, catalogue, time)) register(store);
        var unfinished = LastingFiles.Unfinished(System.IO.Path.TrimEndingDirectorySeparator(path));
        return Writing(path, () =>
        {
            LastingFiles.MakeFolder(unfinished);
            try
            {
                SqliteSnapshot.Take(plan, scratch[PlanName]);
                File.Copy(scratch[PlanName], System.IO.Path.Combine(unfinished, PlanName));
                var settings = new JsonObject { ["version"] = Version, ["shards"] = count };
                File.WriteAllText(System.IO.Path.Combine(unfinished, SettingsName), settings.ToJsonString());
                if (Directory.Exists(path)) Directory.Delete(path);    // It is empty, or else nothing is deleted.
                LastingFiles.RenameFolder(unfinished, path);
            }
            catch (IOException) when (IsOne(path))
            {
                Directory.Delete(unfinished, recursive: true);
            }
            catch
            {
                Directory.Delete(unfinished, recursive: true);
                throw;
            }

            return Open(path);
        });
    }

    /// <summary>Refuses a shard that the folder does not have.</summary>
    /// <exception cref="SweepException">The folder has another number of shards.</exception>
    public void Check(ShardPlace place)
    {
        if (place.Count != Count)
            throw new SweepException($"--shard is {place}, but {Path} has {Count} shards: name one from 1/{Count} to {Count}/{Count}.");
    }

    /// <summary>Where every shard stands. Reads what is published, and nothing else.</summary>
    /// <param name="now">What tells workers that seem to be at work.</param>
    public IReadOnlyList<ShardStanding> Standings(DateTimeOffset now)
    {
        var dealt = Dealt();
        try
        {
            // Several at a time, since a file server takes its time over each.
            return
            [
                .. Enumerable.Range(1, Count).AsParallel().AsOrdered().Select(shard =>
                {
                    using var reader = OpenPublished(shard, withArtifacts: false);
                    return Standing(shard, dealt.GetValueOrDefault(shard), now, reader);
                }),
            ];
        }
        catch (AggregateException several) when (several.InnerException is SweepException first)
        {
            throw new SweepException(first.Message, first);
        }
    }

    /// <summary>All shards together, as one store has them.</summary>
    public static StoreStatus Together(IReadOnlyList<ShardStanding> shards)
    {
        var statuses = shards.Select(s => s.Status).ToList();
        var workers = statuses.SelectMany(s => s.Workers).ToList();
        var unfinished = statuses.Sum(s => s.Pending + s.Running);
        var each = statuses.Where(s => s.TimeLeft is not null && s.Pending + s.Running > 0)
            .Select(s => s.TimeLeft!.Value.TotalSeconds * Math.Max(1, s.Workers.Count) / (s.Pending + s.Running)).ToList();
        return new StoreStatus(
            statuses.Sum(s => s.Pending),
            statuses.Sum(s => s.Running),
            statuses.Sum(s => s.Completed),
            statuses.Sum(s => s.Stopped),
            statuses.Sum(s => s.Failed),
            workers,
            statuses.Sum(s => s.FinishedLately),
            each.Count > 0 ? TimeSpan.FromSeconds(each.Average() * unfinished / Math.Max(1, workers.Count)) : null)
        {
            Stacks = [.. statuses.SelectMany(s => s.Stacks)],
        };
    }

    /// <summary>Opens the plan alone, in which nothing has a result.</summary>
    public IStoreReader OpenPlan()
    {
        var scratch = new ScratchFolder();
        return Opening(scratch, () =>
        {
            CopyPlan(scratch[StoreName]);
            return new SqliteReadingRoom(scratch[StoreName], TimeProvider.System);
        });
    }

    /// <summary>Opens what a shard has published; null where it has published nothing.</summary>
    /// <param name="shard">From 1.</param>
    public IStoreReader? OpenShard(int shard) => OpenPublished(shard, withArtifacts: true);

    /// <summary>
    /// Opens all that is published as one store: the plan, and of every trial that has ended what its shard recorded. Who is at work, the shards say.
    /// </summary>
    public IStoreReader OpenTogether()
    {
        var (scratch, dealt, standings) = (new ScratchFolder(), Dealt(), new List<ShardStanding>());
        return Opening(scratch, () =>
        {
            CopyPlan(scratch[StoreName]);
            using (var store = SqliteRoom.OpenAsRecorded(scratch[StoreName], TimeProvider.System))
            {
                foreach (var shard in Enumerable.Range(1, Count))
                {
                    using var reader = OpenPublished(shard, withArtifacts: true);
                    standings.Add(Standing(shard, dealt.GetValueOrDefault(shard), TimeProvider.System.GetUtcNow(), reader));
                    if (reader is not null) store.Merge(reader);
                }
            }

            return new SqliteReadingRoom(scratch[StoreName], TimeProvider.System);
        }, () => Together(standings));
    }

    /// <summary>The folder of a shard.</summary>
    internal string FolderOf(int shard) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"shard-{shard}"));

    /// <summary>The shard of every trial of the plan, by the trial's number.</summary>
    internal IReadOnlyDictionary<long, int> ShardOf()
    {
        if (shardOf is not null) return shardOf;

        using var plan = (StoreReader)OpenPlan();
        return shardOf = plan.Room.Read(rows =>
        {
            var rules = rows.Rules();
            return ShardDivision.Of(
                [.. rows.StoredTrials().Select(t => new ShardDivision.Dealt(t.Number, t.Point, t.StackKey, t.Stage))],
                Count,
                rules.Select(r => r.StackWidth).FirstOrDefault(w => w is not null),
                rules.Any(r => r.Stop.Halving is not null));
        });
    }

    internal void CopyPlan(string target) => Reading(() =>
    {
        File.Copy(System.IO.Path.Combine(Path, PlanName), target);
        return true;
    });

    /// <summary>Copies what a shard published last, so that it can be opened and gone on with.</summary>
    /// <param name="kinds">Of its files, those that are copied too: <see cref="ShardAttempt.Artifacts"/>, <see cref="ShardAttempt.Checkpoints"/>.</param>
    /// <returns>Whether there is anything.</returns>
    internal bool CopyPublished(int shard, string folder, params IEnumerable<string> kinds) => Reading(() =>
    {
        for (var tries = 1; Newest(shard) is { } attempt; tries++)
        {
            try
            {
                File.Copy(System.IO.Path.Combine(attempt, StoreName), System.IO.Path.Combine(folder, StoreName), overwrite: true);
                foreach (var kind in kinds) CopyFiles(attempt, folder, kind);
                return true;
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException && tries < MostTries)
            {
                // Its worker has published again meanwhile, or another has taken over.
            }
        }

        return false;
    });

    /// <summary>Runs what writes to the folder; what goes wrong comes out as a sentence.</summary>
    internal static T Writing<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FullDisk.IsMetBy(error)
                ? new StoreFullException($"{path}: the disk of the shared folder is full.", error)
                : new SweepException($"{path}: the shared folder cannot be written to ({error.Message})", error);
        }
    }

    /// <summary>The newest attempt at a shard that has published something; null where none has.</summary>
    private string? Newest(int shard) => Reading(() => ShardAttempt.All(FolderOf(shard)).OrderDescending()
        .Select(number => ShardAttempt.PathOf(FolderOf(shard), number)).FirstOrDefault(path => File.Exists(System.IO.Path.Combine(path, StoreName))));

    /// <summary>Opens what a shard has published; null where it has published nothing.</summary>
    /// <param name="withArtifacts">Whether the files that its trials left are to be had too: they may be large.</param>
    private StoreReader? OpenPublished(int shard, bool withArtifacts)
    {
        if (Newest(shard) is null) return null;

        var scratch = new ScratchFolder();
        return Opening(scratch, () =>
        {
            CopyPublished(shard, scratch.Path, withArtifacts ? [ShardAttempt.Artifacts] : []);
            return new SqliteReadingRoom(scratch[StoreName], TimeProvider.System);
        });
    }

    /// <summary>How many trials each shard has.</summary>
    private Dictionary<int, int> Dealt() => ShardOf().Values.GroupBy(s => s).ToDictionary(g => g.Key, g => g.Count());

    /// <param name="reader">Of what it has published; null where that is nothing.</param>
    private ShardStanding Standing(int shard, int trials, DateTimeOffset now, StoreReader? reader)
    {
        var place = new ShardPlace(shard, Count);
        var sign = ShardAttempt.LastSign(FolderOf(shard));
        var isAtWork = sign?.IsAtWork(now) == true;
        if (reader is null) return new ShardStanding(place, trials, new StoreStatus(trials, 0, 0, 0, 0, [], 0, null), sign, isAtWork);

        // The leases are as they were when it was published: whether the worker is there is for its sign to say.
        var status = reader.Status();
        var held = isAtWork ? reader.Room.Read(rows => rows.HeldStacks()) : [];
        var silence = now - sign?.Published is { } since && since > TimeSpan.Zero ? since : TimeSpan.Zero;
        var (running, left) = (held.Sum(s => s.Pending), trials - status.Finished);
        return new ShardStanding(
            place,
            trials,
            status with
            {
                Pending = left - running,
                Running = running,
                Workers = [.. held.Select(s => s.Worker).Distinct(StringComparer.Ordinal)],
                Stacks = [.. held.Select(s => new StackAtWork(s.Number, s.Worker, s.Pending, s.Progress) { Silence = silence })],
                Lost = [],    // Its sign says that of the whole shard.
            },
            sign,
            isAtWork);
    }

    /// <param name="status">See <see cref="ShardReadingRoom"/>; asked for once the room is open.</param>
    private StoreReader Opening(ScratchFolder scratch, Func<IReadingRoom> open, Func<StoreStatus>? status = null)
    {
        try
        {
            var room = open();
            return new StoreReader(new ShardReadingRoom(Path, room, scratch, status?.Invoke()));
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    private static void CopyFiles(string from, string to, string folder)
    {
        var source = System.IO.Path.Combine(from, folder);
        if (!Directory.Exists(source)) return;

        Directory.CreateDirectory(System.IO.Path.Combine(to, folder));
        foreach (var file in Directory.EnumerateFiles(source).Where(f => !f.EndsWith(LastingFiles.Ending, StringComparison.Ordinal)))
            File.Copy(file, System.IO.Path.Combine(to, folder, System.IO.Path.GetFileName(file)), overwrite: true);
    }

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{Path}: the folder of shards cannot be read ({error.Message})", error);
        }
    }

    private static void RefuseOther(string path)
    {
        if (File.Exists(path)) throw new SweepException($"{path} is a file, but shards are published into a folder: name one that is new or empty.");
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new SweepException($"{path} holds something else than shards: name a folder that is new or empty.");
    }
}
