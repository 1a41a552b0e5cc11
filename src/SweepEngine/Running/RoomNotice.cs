using System.Globalization;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Says that the disk is full when that begins, again now and then with how long it has been, and when it ends.</summary>
internal sealed class RoomNotice(IRunObserver observer, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromMinutes(30);

    private long? since;
    private long said;
    private TimeSpan next;

    /// <param name="what">What could not be written, in a sentence without its full stop.</param>
    public void Wants(string what)
    {
        var now = time.GetTimestamp();
        if (since is null)
        {
            (since, said, next) = (now, now, First);
            observer.Message($"{what}; waiting for room.");
        }
        else if (time.GetElapsedTime(said, now) >= next)
        {
            (said, next) = (now, next * 2 < Longest ? next * 2 : Longest);
            observer.Message($"{what}; still waiting for room, after {Waited(now)}. Nothing is trained meanwhile.");
        }
    }

    /// <summary>It could be written.</summary>
    /// <param name="where">Such as the store's path.</param>
    public void Found(string where)
    {
        if (since is null) return;

        var now = time.GetTimestamp();
        observer.Message($"{where}: there is room on the disk again, after {Waited(now)}.");
        since = null;
    }

    private string Waited(long now) => time.GetElapsedTime(since!.Value, now) is var waited && waited >= TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{waited.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{waited.TotalSeconds:0} s");
}
