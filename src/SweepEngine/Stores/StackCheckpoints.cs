namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Which states a stack can go on from: the newest checkpoint, and the one before it should that be damaged. Call within a transaction.</summary>
/// <remarks>Stacks that were halved share their files until they have checkpoints of their own.</remarks>
internal static class StackCheckpoints
{
    private const int Kept = 2;

    /// <summary>The checkpoints of a stack once it has a further one.</summary>
    /// <param name="before">The newest first.</param>
    public static IReadOnlyList<StoredCheckpoint> With(StoredCheckpoint newest, IReadOnlyList<StoredCheckpoint> before) =>
        // One that was taken at the same step takes the place of the newest.
        [newest, .. before.Where((checkpoint, age) => age > 0 || checkpoint.Step != newest.Step).Take(Kept - 1)];

    /// <summary>Makes a file the newest checkpoint. The trials that have left the stack are in none from here on.</summary>
    public static void Add(IStoreTransaction rows, long stack, StoredCheckpoint checkpoint)
    {
        rows.SetCheckpoints(stack, With(checkpoint, rows.CheckpointsOf(stack)));
        rows.PutLease(rows.Stack(stack)! with { LostLeases = 0 });
        foreach (var member in rows.Members(stack).Where(m => m.LeftStep is null && !m.Trial.IsPendingIn(stack)))
            rows.SetLeft(stack, member.Trial.Number, checkpoint.Step);
    }

    /// <summary>Forgets the newest; the one before it takes its place, and the trials that had left since are in the stack again.</summary>
    public static void Drop(IStoreTransaction rows, long stack)
    {
        var left = rows.CheckpointsOf(stack).Skip(1).ToList();
        foreach (var member in rows.Members(stack).Where(m => m.LeftStep > (left.FirstOrDefault()?.Step ?? -1)))
            rows.SetLeft(stack, member.Trial.Number, null);
        rows.SetCheckpoints(stack, left);
    }
}
