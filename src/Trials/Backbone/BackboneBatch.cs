using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>How images are best given to a backbone.</summary>
/// <param name="Multiple">Multiples of this many images waste nothing.</param>
/// <param name="Most">More images at a time are of no use; a multiple of <paramref name="Multiple"/>.</param>
/// <param name="Callers">How many threads may call at once, each for itself: 1 where a call uses the whole device.</param>
public sealed record BackboneBatch(int Multiple, int Most, int Callers)
{
    /// <summary>Cuts a number of images into batches that are as equal as multiples can be.</summary>
    public IReadOnlyList<(int First, int Count)> Split(int images)
    {
        var multiples = (images + Multiple - 1) / Multiple;
        var batches = (multiples + (Most / Multiple) - 1) / (Most / Multiple);
        return [.. Enumerable.Range(0, batches).Select(i => (First(i), Math.Min(images, First(i + 1)) - First(i)))];

        int First(int batch) => (int)((long)multiples * batch / batches) * Multiple;
    }

    /// <summary>Does all pieces of work, as many at a time as there may be callers; they begin in order.</summary>
    internal void Share(int pieces, Action<int> work)
    {
        if (Callers == 1)
        {
            for (var piece = 0; piece < pieces; piece++)
                work(piece);
        }
        else
        {
            Cores.Share(pieces, Callers, (_, piece) => work(piece));
        }
    }
}
