using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>The points of a block whose settings contradict each other, by what is wrong with them.</summary>
internal sealed class Conflicts
{
    /// <summary>A sentence may name values, so a large grid could yield as many sentences as points.</summary>
    private const int MostKinds = 20;

    private readonly OrderedDictionary<string, (int Count, TrialSettings First)> kinds = new(StringComparer.Ordinal);

    public void Add(string sentence, TrialSettings point)
    {
        if (kinds.TryGetValue(sentence, out var kind))
            kinds[sentence] = kind with { Count = kind.Count + 1 };
        else if (kinds.Count < MostKinds)
            kinds.Add(sentence, (1, point));
    }

    /// <param name="points">How many points the block has.</param>
    public void Report(SweepBlock block, int points, Complaints complaints)
    {
        foreach (var (sentence, (count, first)) in kinds)
        {
            var settings = block.Axes.SelectMany(a => a.Columns).Select(c => c.Parameter.Name)
                .Where(name => first[name] is not null).Select(name => $"{name} {first[name]}");
            complaints.Add(block.At, points == 1
                ? sentence
                : $"{count} of {points} points cannot be trained, the first of them {string.Join(", ", settings)}: {sentence}");
        }
    }
}
