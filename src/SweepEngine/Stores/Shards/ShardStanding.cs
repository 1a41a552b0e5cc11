namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>Where a shard stands, as far as it has been published.</summary>
/// <param name="Place">Which shard it is.</param>
/// <param name="Trials">How many trials are dealt to it.</param>
/// <param name="Status">Of these trials; all are pending where nothing is published.</param>
/// <param name="Sign">What its last worker says of itself; null where none has begun.</param>
/// <param name="IsAtWork">Whether its worker seems to be at work, see <see cref="ShardSign.IsAtWork"/>.</param>
public sealed record ShardStanding(ShardPlace Place, int Trials, StoreStatus Status, ShardSign? Sign, bool IsAtWork)
{
    /// <summary>Whether all its trials have ended.</summary>
    public bool IsFinished => Status.Finished >= Trials;
}
