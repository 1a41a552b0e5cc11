using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>Asks a catalogue's <see cref="ParameterCatalogue.SharedConflict"/> once for points with equal values of what it depends on.</summary>
internal sealed class SharedConflicts(ParameterCatalogue catalogue)
{
    /// <summary>So many answers are remembered at a time, since a sweep of many shapes must not fill the memory.</summary>
    private const int MostRemembered = 4096;

    private readonly Dictionary<ParameterValue?[], string?> known = new(new SameValues());
    private readonly ParameterValue?[] values = new ParameterValue?[catalogue.SharedConflictBy.Count];

    /// <summary>The sentence; null where nothing contradicts.</summary>
    public string? Of(TrialSettings point)
    {
        for (var i = 0; i < values.Length; i++) values[i] = point[catalogue.SharedConflictBy[i]];
        if (known.TryGetValue(values, out var sentence)) return sentence;

        sentence = catalogue.SharedConflict(point);
        if (known.Count == MostRemembered) known.Clear();
        known.Add([.. values], sentence);
        return sentence;
    }
}
