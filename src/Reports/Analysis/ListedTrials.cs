using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>The trials that a page lists one by one, with all their values; of many a sample, and the best.</summary>
/// <param name="Trials">The sample by number, then the best of the others.</param>
/// <param name="Sampled">How many of them are the sample, which is without favour: every trial is as likely to be in it.</param>
/// <param name="All">How many trials there are.</param>
internal sealed record ListedTrials(IReadOnlyList<(ReportTrial Trial, double?[] Values)> Trials, int Sampled, int All)
{
    /// <summary>A browser sorts and draws so many in a moment.</summary>
    private const int Most = 10_000;

    /// <summary>Numbers that a page may carry: about 7 bytes each.</summary>
    private const int MostNumbers = 700_000;

    private const int BestShare = 20;

    public bool AreAll => Sampled == All;

    /// <summary>How many trials are listed at most.</summary>
    public static int Budget(int metrics) => Math.Clamp(MostNumbers / (metrics + 10), 500, Most);

    /// <summary>The same choice of half as many: those with the lowest lots are in this sample already.</summary>
    public ListedTrials Halved(bool maximize)
    {
        var choice = new Choice(Sampled / 2, maximize);
        foreach (var (trial, values) in Trials) choice.Add(trial, values);
        return choice.Chosen(All);
    }

    /// <summary>Chooses from trials that come one after the other.</summary>
    internal sealed class Choice(int most, bool maximize)
    {
        private readonly PriorityQueue<(ReportTrial Trial, double?[] Values), ulong> sample = new(Comparer<ulong>.Create((a, b) => b.CompareTo(a)));
        private readonly PriorityQueue<(ReportTrial Trial, double?[] Values), double> best = new();

        public void Add(ReportTrial trial, double?[] values)
        {
            // By lot, and by the same in every report: a regular choice would miss levels of a regular grid.
            Keep(sample, (trial, values), SplitMix64.After(unchecked((ulong)trial.Number)), most);
            if (trial.IsScored) Keep(best, (trial, values), maximize ? trial.Score!.Value : -trial.Score!.Value, most / BestShare);
        }

        public ListedTrials Chosen(int all)
        {
            var sampled = sample.UnorderedItems.Select(i => i.Element).OrderBy(t => t.Trial.Number).ToList();
            var others = best.UnorderedItems.Select(i => i.Element)
                .ExceptBy(sampled.Select(t => t.Trial.Number), t => t.Trial.Number).OrderBy(t => t.Trial.Number);
            return new ListedTrials([.. sampled, .. others], sampled.Count, all);
        }

        /// <summary>Drops the one of the least priority when there are too many.</summary>
        private static void Keep<T, TPriority>(PriorityQueue<T, TPriority> queue, T item, TPriority priority, int most)
        {
            if (queue.Count < most) queue.Enqueue(item, priority);
            else queue.EnqueueDequeue(item, priority);
        }
    }
}
