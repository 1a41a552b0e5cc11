using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores.Shards;
using static System.FormattableString;

namespace VicRegSweeps.Cli;

/// <summary>Where a shard stands, in a line.</summary>
internal static class ShardText
{
    public static string Of(ShardFolder folder, ShardStanding shard, DateTimeOffset now) => Visible.Line(
        Invariant($"shard {shard.Place}: {shard.Status.Finished} of {shard.Trials} trials finished; ") + State(folder, shard, now));

    private static string State(ShardFolder folder, ShardStanding shard, DateTimeOffset now)
    {
        var goOn = CommandName.Line("worker", "--store", folder.Path, "--shard", shard.Place.ToString());
        if (shard.Sign is not { } sign) return shard.Trials == 0 ? "no trial was dealt to it" : $"no worker has begun it: {goOn}";

        var where = Invariant($"{sign.Host}, process {sign.Process}{(sign.Job is { } job ? $", job {job}" : "")}");
        var when = sign.Published is { } at ? $"published {Quantity.Of(now - at < TimeSpan.Zero ? TimeSpan.Zero : now - at)} ago" : "has published nothing";
        return shard.IsFinished ? $"done on {where}"
            : shard.IsAtWork ? $"at work on {where}, {when}"
            : sign.HasEnded ? $"interrupted on {where}, {when}; to go on: {goOn}"
            : $"nothing is heard of {where}, {when}; if it has gone: {goOn}";
    }
}
