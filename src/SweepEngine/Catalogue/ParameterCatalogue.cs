using System.Diagnostics.CodeAnalysis;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>Every parameter a trial has, in the order in which they are documented and exported, and the words for what trials yield.</summary>
public sealed class ParameterCatalogue
{
    private readonly Dictionary<string, int> indexOf;

    /// <param name="parameters">In the order in which they are documented and exported.</param>
    /// <param name="conflict">See <see cref="Conflict"/>.</param>
    /// <param name="vocabulary">See <see cref="Vocabulary"/>; none unless given.</param>
    /// <exception cref="ArgumentException">The words cannot be columns, or name what is not there.</exception>
    public ParameterCatalogue(
        IEnumerable<Parameter> parameters, Func<TrialSettings, string?>? conflict = null, Vocabulary? vocabulary = null)
    {
        Parameters = [.. parameters];
        Conflict = conflict ?? (_ => null);
        Vocabulary = (vocabulary ?? Vocabulary.None).Checked();
        indexOf = Parameters.Index().ToDictionary(p => p.Item.Name, p => p.Index, StringComparer.Ordinal);
        ByName = [.. Enumerable.Range(0, Parameters.Count).OrderBy(i => Parameters[i].Name, StringComparer.Ordinal)];
        Conditional = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].ActiveWhen is not null)];
        ByContent = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].CountsByContent)];
        SharedByStack = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].SameWithinStack || Parameters[i].CountsByContent)];
        Evaluated = [.. Parameters.Where(p => p.EvaluatedAs is not null)];
        if (Evaluated.FirstOrDefault(p => p.Kind is not (ParameterKind.Integer or ParameterKind.Real) || p.Default is null) is { } odd)
            throw new ArgumentException($"The parameter '{odd.Name}' is no number with a default, so trials cannot be evaluated with further values of it.");
        if (Vocabulary.Metrics.SelectMany(m => m.DependsOn).FirstOrDefault(name => Evaluated.All(p => p.Name != name)) is { } unknown)
            throw new ArgumentException($"A metric depends on '{unknown}', which is not a parameter that trials can be evaluated with.");
        SharedConflictBy = [.. Enumerable.Range(0, Parameters.Count).Where(i => Parameters[i].SameWithinStack || Parameters[i].IsLocation)];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Positions in <see cref="Parameters"/>, in ordinal order of the names.</summary>
    internal IReadOnlyList<int> ByName { get; }

    /// <summary>Positions in <see cref="Parameters"/> of those that may do nothing.</summary>
    internal IReadOnlyList<int> Conditional { get; }

    /// <summary>Positions in <see cref="Parameters"/> of those that count by what lies at their path.</summary>
    internal IReadOnlyList<int> ByContent { get; }

    /// <summary>Positions in <see cref="Parameters"/> of those that keep trials out of one stack.</summary>
    internal IReadOnlyList<int> SharedByStack { get; }

    /// <summary>The parameters that a sweep file may list under <c>evaluate</c>.</summary>
    public IReadOnlyList<Parameter> Evaluated { get; }

    /// <summary>A sentence that says which of a trial's settings contradict each other; null when none do.</summary>
    public Func<TrialSettings, string?> Conflict { get; }

    /// <summary>
    /// As <see cref="Conflict"/>, for what depends on locations and on parameters that are the same within a stack alone. A plan asks once
    /// for equal values, so that it may look at files.
    /// </summary>
    public Func<TrialSettings, string?> SharedConflict { get; init; } = _ => null;

    /// <summary>
    /// The settings that a trial is built on: those of a stage, which many trials may share. The stage of
    /// the same seed is trained once and before them, and they get the files that it leaves. Null for a trial that stands on its own, as all
    /// do unless a catalogue says otherwise.
    /// </summary>
    public Func<TrialSettings, TrialSettings?> StageOf { get; init; } = _ => null;

    /// <summary>Positions in <see cref="Parameters"/> of those that <see cref="SharedConflict"/> may depend on.</summary>
    internal IReadOnlyList<int> SharedConflictBy { get; }

    /// <summary>The terms, spaces, verdicts, metrics and artifacts that trials yield.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>What documents and messages show as examples.</summary>
    public SweepFileExamples Examples { get; init; } = new();

    public Parameter this[string name] => Parameters[indexOf[name]];

    public bool TryGet(string name, [NotNullWhen(true)] out Parameter? parameter)
    {
        parameter = indexOf.TryGetValue(name, out var index) ? Parameters[index] : null;
        return parameter is not null;
    }

    /// <summary>The position of a parameter in <see cref="Parameters"/>.</summary>
    public int IndexOf(string name) => indexOf[name];
}
