using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores.Sqlite;

namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>
/// One shard in the hands of a worker: a store on a disk of the worker's machine with the shard's trials alone, of which the shared folder gets a
/// copy every now and then. Whoever takes the shard up later goes on from the last copy.
/// </summary>
public sealed class ShardWork : IDisposable
{
    private const int MostTries = 10;

    private readonly ShardFolder folder;
    private readonly ShardPlace place;
    private readonly ShardAttempt attempt;
    private readonly ScratchFolder scratch;
    private readonly TimeProvider time;
    private readonly Lock publishing = new();
    private readonly CancellationTokenSource taken = new();
    private ShardSign sign;

    private ShardWork(ShardFolder folder, ShardPlace place, ShardAttempt attempt, ScratchFolder scratch, TimeProvider time, ShardSign sign, IStore store)
    {
        (this.folder, this.place, this.attempt, this.scratch, this.time, this.sign) = (folder, place, attempt, scratch, time, sign);
        Store = store;
    }

    /// <summary>The store to train in. Its trials are those of the shard.</summary>
    public IStore Store { get; }

    /// <summary>Is signalled when another worker has taken the shard over.</summary>
    public CancellationToken Taken => taken.Token;

    /// <summary>Takes a shard up: from what was published of it, or else from the plan.</summary>
    /// <param name="scratchParent">Where the store lies meanwhile, on a disk of this machine; the folder for temporary files unless given.</param>
    /// <param name="every">How often it is to be published. Is told to others.</param>
    /// <param name="job">See <see cref="ShardSign.Job"/>.</param>
    /// <exception cref="SweepException">The folder has no such shard, or cannot be read or written.</exception>
    public static ShardWork Begin(
        ShardFolder folder, ShardPlace place, ParameterCatalogue catalogue, TimeProvider time, TimeSpan every, string? job = null, string? scratchParent = null)
    {
        folder.Check(place);
        var scratch = new ScratchFolder(scratchParent);
        IStore? store = null;
        try
        {
            var sign = new ShardSign(Environment.MachineName, Environment.ProcessId, job, null, every.TotalSeconds, HasEnded: false);

            // From here on an earlier worker does not publish any more, so what is copied is the last.
            var attempt = ShardFolder.Writing(folder.Path, () => ShardAttempt.Begin(folder.FolderOf(place.Number), sign));
            var path = scratch[ShardFolder.StoreName];
            var isNew = !folder.CopyPublished(place.Number, scratch.Path, ShardAttempt.Artifacts, ShardAttempt.Checkpoints);
            if (isNew)
            {
                folder.CopyPlan(path);
                SqlitePlan.Keep(path, [.. folder.ShardOf().Where(t => t.Value == place.Number).Select(t => t.Key)]);
            }

            store = SqliteRoom.Open(path, catalogue, time);
            if (!isNew) ((Store)store).Change(Free);
            var work = new ShardWork(folder, place, attempt, scratch, time, sign, store);
            work.Publish();
            return work;
        }
        catch
        {
            store?.Dispose();
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>Copies the store as it is now to the shared folder. May be called from any thread.</summary>
    /// <param name="isLast">Whether the worker ends with it.</param>
    /// <exception cref="SweepException">The shard was taken over, or the shared folder cannot be written.</exception>
    public void Publish(bool isLast = false)
    {
        lock (publishing)
        {
            RefuseTaken();
            try
            {
                ShardFolder.Writing(folder.Path, () => Copy(isLast));
            }
            catch (SweepException)
            {
                RefuseTaken();    // Who has taken over deletes what is here.
                throw;
            }
        }
    }

    /// <summary>Publishes at intervals until it is disposed of. What cannot be published now is published the next time.</summary>
    /// <param name="observer">Is told what goes wrong.</param>
    public IDisposable PublishEvery(TimeSpan every, IRunObserver observer)
    {
        var end = new CancellationTokenSource();
        var thread = new Thread(() =>
        {
            while (!end.Token.WaitHandle.WaitOne(every) && !taken.IsCancellationRequested)
            {
                try
                {
                    Publish();
                }
                catch (SweepException error) when (!taken.IsCancellationRequested)
                {
                    observer.Message($"Shard {place} could not be published, which is tried again: {error.Message}");
                }
                catch (SweepException)
                {
                    // The worker is told by the token.
                }
            }
        })
        {
            IsBackground = true,
            Name = "publishing",
        };
        thread.Start();
        return new Ending(() =>
        {
            end.Cancel();
            thread.Join();
            end.Dispose();
        });
    }

    public void Dispose()
    {
        Store.Dispose();
        scratch.Dispose();
        taken.Dispose();
    }

    /// <summary>Whoever held a stack is no more, wherever it ran: the shard is this worker's.</summary>
    private static bool Free(IStoreTransaction rows)
    {
        foreach (var worker in rows.HeldStacks().Select(s => s.Worker).Distinct(StringComparer.Ordinal).ToList())
        {
            while (WorkerBurial.Run(rows, new WorkerDeath(worker, null, "its shard was taken up again")) is not null)
            {
            }
        }

        return true;
    }

    private void RefuseTaken()
    {
        if (!taken.IsCancellationRequested && attempt.Successor() is null) return;

        var by = attempt.Successor();
        taken.Cancel();
        throw new SweepException(
            $"{folder.Path}: shard {place} was taken over by another worker{(by is null ? "" : $" ({by.Host}, process {by.Process})")}, so this one ends. "
                + "Nothing is lost; start each shard once.");
    }

    private bool Copy(bool isLast)
    {
        var (snapshot, files) = Snapshot();
        foreach (var (kind, names) in files)
        {
            var to = System.IO.Path.Combine(attempt.Path, kind);
            if (names.Count > 0) LastingFiles.MakeFolder(to);
            foreach (var name in names.Where(name => File.Exists(snapshot[kind, name]) && !File.Exists(System.IO.Path.Combine(to, name))))
                CopyFile(snapshot[kind, name], System.IO.Path.Combine(to, name));
        }

        CopyFile(snapshot[ShardFolder.StoreName], System.IO.Path.Combine(attempt.Path, ShardFolder.StoreName));
        snapshot.Dispose();
        sign = sign with { Published = time.GetUtcNow(), HasEnded = isLast };
        attempt.Put(sign);
        foreach (var (kind, names) in files) DeleteOthers(System.IO.Path.Combine(attempt.Path, kind), names);
        attempt.DeleteEarlier();
        return true;
    }

    /// <summary>A copy of the store with the files that it names, all of one moment.</summary>
    private (SnapshotFolder Folder, IReadOnlyDictionary<string, IReadOnlySet<string>> Files) Snapshot()
    {
        for (var tries = 1; ; tries++)
        {
            var copy = new SnapshotFolder(new ScratchFolder(scratch.Path));
            try
            {
                SqliteSnapshot.Take(scratch[ShardFolder.StoreName], copy[ShardFolder.StoreName]);
                using var reader = new SqliteReadingRoom(copy[ShardFolder.StoreName], time);
                var files = reader.Read(rows => new Dictionary<string, IReadOnlySet<string>>
                {
                    [ShardAttempt.Checkpoints] = rows.UnfinishedStacks().Checkpoints,
                    [ShardAttempt.Artifacts] = rows.ArtifactsInUse().Artifacts,
                });
                var missing = files.Sum(f => f.Value.Count(name => !copy.Take(scratch.Path, f.Key, name)));

                // A worker has written its next checkpoint and deleted an older one; else the file is lost, and whoever needs it says so.
                if (missing == 0 || tries == MostTries) return (copy, files);

                copy.Dispose();
            }
            catch
            {
                copy.Dispose();
                throw;
            }
        }
    }

    private static void CopyFile(string from, string to)
    {
        var unfinished = LastingFiles.Unfinished(to);
        try
        {
            File.Copy(from, unfinished);
            LastingFiles.Rename(unfinished, to);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static void DeleteOthers(string folder, IReadOnlySet<string> names)
    {
        if (!Directory.Exists(folder)) return;

        foreach (var file in Directory.EnumerateFiles(folder).Where(f => !names.Contains(System.IO.Path.GetFileName(f))).ToList()) File.Delete(file);
    }

    /// <summary>What is copied to the shared folder next. A checkpoint is a second name of its file: it stays when the first is deleted.</summary>
    private sealed class SnapshotFolder(ScratchFolder folder) : IDisposable
    {
        public string this[string name] => folder[name];

        public string this[string kind, string name] => System.IO.Path.Combine(folder[kind], name);

        /// <returns>Whether the file was there.</returns>
        public bool Take(string store, string kind, string name)
        {
            Directory.CreateDirectory(folder[kind]);
            return LastingFiles.TryLink(System.IO.Path.Combine(store, kind, name), this[kind, name]);
        }

        public void Dispose() => folder.Dispose();
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
