using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Hands stacks to workers and takes them back.</summary>
internal sealed class StackLeases(IStoreRoom room, CheckpointFiles files, ArtifactFiles artifacts, ParameterCatalogue catalogue)
{
    /// <inheritdoc cref="IStore.LeaseNext"/>
    public LeaseAnswer Next(LeaseRequest request)
    {
        var notices = new List<string>();
        while (true)
        {
            var answer = Claim(request);
            if (answer.Lease is not { } claimed) return answer;
            if (WithStages(claimed, notices) is { } lease) return answer with { Lease = lease };
        }
    }

    private LeaseAnswer Claim(LeaseRequest request)
    {
        var (answer, stack, token) = room.Within(Reach.Untaken, durable: false, rows =>
        {
            Cancellations.Serve(rows);
            var gone = rows.Holders(WorkerIdentity.Here).Where(WorkerIdentity.HasGone).ToList();
            var free = rows.FirstFree(rows.Now, gone)?.Number ?? StackFormation.Form(rows, room.Address, catalogue, request);
            if (free is not { } number) return (new LeaseAnswer(null, rows.HasTaken()), 0, 0);

            var claimed = Claim(rows, number, request);
            var fresh = rows.CheckpointsOf(number).Count == 0 ? Begin(rows, claimed, null, []) : null;
            return (Answer: new LeaseAnswer(fresh, OthersAtWork: false), Stack: number, claimed.Token);
        });

        // The lease keeps the stack ours while its files are read, and others may write meanwhile.
        return stack == 0 || answer.Lease is not null ? answer : answer with { Lease = Resume(stack, token) };
    }

    /// <summary>The lease with the files of the trials that its own are built on. One whose files are gone is trained again first.</summary>
    /// <param name="notices">What was found out before; gets what is found out here.</param>
    /// <returns>Null when trials have to wait: the stack was given back.</returns>
    private StackLease? WithStages(StackLease lease, List<string> notices)
    {
        var stages = lease.Trials.Values.Select(t => t.Stage).OfType<long>().Distinct().ToList();
        if (stages.Count == 0) return lease with { Notices = [.. notices, .. lease.Notices] };

        var left = stages.ToDictionary(stage => stage, stage => room.Look(rows => (Trial: rows.Trial(stage), Artifacts: rows.ArtifactsOf(stage))));
        var faults = left.Select(l => (Stage: l.Key, l.Value.Trial.Id, Fault: FaultOf(l.Value.Trial, l.Value.Artifacts))).Where(l => l.Fault is not null)
            .ToList();
        if (faults.Count > 0)
        {
            notices.AddRange(faults.Select(f => $"Trial {f.Id}, which others are built on, is trained again: {f.Fault}."));
            room.Within(Reach.Everything, durable: true, rows =>
            {
                Ensure(rows, lease.Stack, lease.Token);
                foreach (var (stage, _, _) in faults) Stages.Repeat(rows, lease.Stack, stage);
                return Release(rows, lease);
            });
            return null;
        }

        return lease with
        {
            Notices = [.. notices, .. lease.Notices],
            Work = lease.Work with
            {
                Stages = lease.Trials.Where(t => t.Value.Stage is not null)
                    .ToDictionary(t => t.Key, t => (IReadOnlyDictionary<string, string>)left[t.Value.Stage!.Value]
                    .Artifacts.ToDictionary(a => a.Name, a => artifacts.PathOf(a)!, StringComparer.Ordinal), StringComparer.Ordinal),
            },
        };
    }

    /// <summary>What is wrong with what a stage has left; null when nothing is.</summary>
    private string? FaultOf(StoredTrial stage, IReadOnlyList<StoredArtifact> left) =>
        stage.State != Running.TrialState.Completed ? "it has not completed"
        : left.Count == 0 && catalogue.Vocabulary.Artifacts.Count > 0 ? "what it left is not in the store"
        : left.Select(artifacts.FaultOf).FirstOrDefault(fault => fault is not null);

    /// <summary>Takes the stack back to the checkpoint before its newest, which cannot be gone on from.</summary>
    /// <returns>Null when its trials have to wait for one that they are built on: the stack was given back.</returns>
    public StackLease? WithoutNewestCheckpoint(StackLease lease)
    {
        room.Within(Reach.Of(lease.Stack), durable: true, rows =>
        {
            Ensure(rows, lease.Stack, lease.Token);
            StackCheckpoints.Drop(rows, lease.Stack);
            return true;
        });
        return WithStages(Resume(lease.Stack, lease.Token), []);
    }

    /// <returns>Whether the lease still held, and so was renewed.</returns>
    public static bool Renew(IStoreTransaction rows, StackLease lease, TimeSpan duration)
    {
        var now = rows.Now;
        if (rows.Stack(lease.Stack) is not { } stack || !stack.IsHeldWith(lease.Token, now)) return false;

        rows.PutLease(stack with { Until = now + duration });
        return true;
    }

    /// <summary>Gives the stack back, if no other worker has it by now.</summary>
    public static bool Release(IStoreTransaction rows, StackLease lease)
    {
        if (rows.Stack(lease.Stack) is not { } stack || stack.Token != lease.Token) return false;

        rows.PutLease(stack with { Worker = null, Until = null, LostLeases = 0 });
        return true;
    }

    /// <summary>Throws unless the lease holds. Call within the transaction that writes.</summary>
    public static bool Ensure(IStoreRows rows, long stack, long token) =>
        rows.Stack(stack) is { } row && row.IsHeldWith(token, rows.Now) ? true : throw new LeaseLostException(stack);

    /// <summary>The rules of the sweep by which a trial is run: the oldest that names it.</summary>
    public static SweepRules RulesOf(IStoreTransaction rows, long trial) => rows.SweepOf(trial)?.Rules ?? SweepRules.Default;

    /// <returns>The stack with its new fencing token.</returns>
    private static StackRow Claim(IStoreTransaction rows, long number, LeaseRequest request)
    {
        rows.Begin(number);
        var stack = rows.Stack(number)!;
        var claimed = stack with
        {
            Token = stack.Token + 1,
            Worker = request.Worker,
            Until = rows.Now + request.Duration,
            Environment = request.Environment,
            LostLeases = stack.LostLeases + (stack.Worker is null ? 0 : 1),
        };
        rows.PutLease(claimed);
        rows.SetProgress(number, null);    // What the worker before this one said.
        return claimed;
    }

    /// <summary>Goes on from the newest checkpoint that is whole. Each that is not is named, and forgotten.</summary>
    private StackLease Resume(long stack, long token)
    {
        var notices = new List<string>();
        while (true)
        {
            var checkpoint = room.Look(rows => rows.CheckpointsOf(stack)) is [var newest, ..] ? newest : null;
            var fault = checkpoint is null ? null : files.FaultOf(checkpoint);
            var lease = room.Within(Reach.Of(stack), durable: fault is not null, rows =>
            {
                Ensure(rows, stack, token);
                if (fault is null) return Begin(rows, rows.Stack(stack)!, checkpoint, notices);

                StackCheckpoints.Drop(rows, stack);
                notices.Add(rows.CheckpointsOf(stack) is [var before, ..]
                    ? $"Stack {stack}: {fault}. It goes on from the one before it, at step {before.Step}."
                    : $"Stack {stack}: {fault}. It starts again from the beginning.");
                return null;
            });
            if (lease is null) continue;

            files.DeleteUnused(stack, () => room.Look(rows => rows.UnfinishedStacks()));
            return lease;
        }
    }

    private StackLease Begin(IStoreTransaction rows, StackRow stack, StoredCheckpoint? checkpoint, IReadOnlyList<string> notices)
    {
        // What training from the checkpoint on will write again.
        rows.ForgetResults([.. rows.PendingOf(stack.Number).Select(t => t.Number)], checkpoint?.Step ?? -1);

        var members = rows.Members(stack.Number).Where(m => m.LeftStep is null).Select(m => m.Trial).ToList();
        return new StackLease(
            stack.Number,
            stack.Token,
            new StackWork(
                [.. members.Select(t => t.ToTrial(room.Address, catalogue))],
                checkpoint is null ? null : new Checkpoint(checkpoint.Step, files.PathOf(checkpoint.File)!, checkpoint.Seconds)),
            members.ToDictionary(t =>
            t.Id, t => new LeasedTrial(t.Number, t.IsPendingIn(stack.Number), t.Retries, t.Steps) { Stage = t.Stage }, StringComparer.Ordinal),
            RulesOf(rows, members.First(t => t.IsPendingIn(stack.Number)).Number),
            stack.LostLeases,
            notices);
    }
}
