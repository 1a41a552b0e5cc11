using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores.Shards;
using static System.FormattableString;

namespace VicRegSweeps.Cli;

/// <summary>Where a shard stands, in a line.</summary>
internal static class ShardText
{
    /// <param name="task">Its task in Slurm's queue, which goes on with it; null for none.</param>
    public static string Of(ShardFolder folder, ShardStanding shard, DateTimeOffset now, SlurmTask? task = null) => Visible.Line(
        Invariant($"shard {shard.Place}: {shard.Status.Finished} of {shard.Trials} trials finished; ") + State(folder, shard, now, task));

    private static string State(ShardFolder folder, ShardStanding shard, DateTimeOffset now, SlurmTask? task)
    {
        var goOn = CommandName.Line("worker", "--store", folder.Path, "--shard", shard.Place.ToString());
        var queued = task is null ? null : QueueText.Of(task);
        if (shard.Sign is not { } sign) return shard.Trials == 0 ? "no trial was dealt to it" : $"no worker has begun it: {queued ?? goOn}";

        var where = Invariant($"{sign.Host}, process {sign.Process}{(sign.Job is { } job ? $", job {job}" : "")}");
        var when = sign.Published is { } at ? $"published {Quantity.Of(now - at < TimeSpan.Zero ? TimeSpan.Zero : now - at)} ago" : "has published nothing";
        return shard.IsFinished ? $"done on {where}"
            : shard.IsAtWork ? $"at work on {where}, {when}"
            : sign.HasEnded ? $"interrupted on {where}, {when}; {queued ?? $"to go on: {goOn}"}"
            : $"nothing is heard of {where}, {when}; {queued ?? $"if it has gone: {goOn}"}";
    }
}
