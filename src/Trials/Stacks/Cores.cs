using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>
/// Shares work among the processor's cores: each takes whole pieces, and libtorch's operations within a piece run on the
/// thread that calls them. A barrier in every small operation costs more than it gains.
/// </summary>
internal static class Cores
{
    /// <summary>Does all pieces, several at a time; which core does which is not determined. The first exception ends it.</summary>
    /// <param name="pieces">Number of pieces.</param>
    /// <param name="cores">At most so many at a time.</param>
    /// <param name="work">Given a core from 0 to <paramref name="cores"/> − 1, which nobody else uses meanwhile, and a piece.</param>
    /// <param name="threads">That libtorch's operations within a piece run on: more than one where there are fewer pieces than cores.</param>
    public static void Share(int pieces, int cores, Action<int, int> work, int threads = 1)
    {
        if (pieces == 0)
        {
            return;
        }

        var before = get_num_threads();
        var next = -1;
        ExceptionDispatchInfo? failure = null;
        try
        {
            var workers = Math.Min(pieces, cores);
            if (workers == 1)
            {
                Worker(0);
            }
            else
            {
                Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, Worker);
            }
        }
        finally
        {
            set_num_threads(before);
        }

        failure?.Throw();

        void Worker(int core)
        {
            set_num_threads(threads);
            for (var piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next))
            {
                try
                {
                    work(core, piece);
                }
                catch (Exception e)
                {
                    // As it was thrown, not within an AggregateException; the other cores end after their piece.
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                    Volatile.Write(ref next, pieces);
                }
            }
        }
    }
}
