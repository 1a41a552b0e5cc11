using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Tests.Stores.Memory;

/// <summary>The words and parameters of a store in memory: those of the runner that opened it last, then what there was before.</summary>
internal static class MemoryWords
{
    public static bool Declare(MemoryTransaction rows, ParameterCatalogue catalogue)
    {
        var parameters = catalogue.Parameters
            .Select(p => new RecordedParameter(p.Name, p.Doc, p.Default?.Text, p.IsIncidental, p.Kind.ToString())).ToList();
        rows.Tables = rows.Tables with
        {
            Words = Union(catalogue.Vocabulary.Having([.. rows.Tables.Words.Spaces.Select(s => s.Name)]), rows.Tables.Words),
            Parameters = [.. parameters, .. rows.Tables.Parameters.Where(p => parameters.All(own => own.Name != p.Name))],
        };
        return true;
    }

    /// <summary>The first words, then those of the second that are no longer declared: these rank and stop nothing.</summary>
    public static Vocabulary Union(Vocabulary first, Vocabulary second) => first with
    {
        Terms = [.. first.Terms, .. Others(first.Terms, second.Terms, t => t.Name).Select(t => t with { IsTotal = false })],
        Metrics = [.. first.Metrics, .. Others(first.Metrics, second.Metrics, m => m.Name)],
        Spaces =
        [
            .. first.Spaces.Select(s => s with
            {
                Metrics = [.. first.MetricsOf(s).Concat(second.SpaceOf(s.Name) is { } same ? second.MetricsOf(same) : []).Select(m => m.Name).Distinct()],
            }),
            .. Others(first.Spaces, second.Spaces, s => s.Name)
                .Select(s => s with { EndsTrials = false, Metrics = [.. second.MetricsOf(s).Select(m => m.Name)] }),
        ],
        Artifacts = [.. first.Artifacts, .. Others(first.Artifacts, second.Artifacts, a => a.Name)],
    };

    private static IEnumerable<T> Others<T>(IEnumerable<T> first, IEnumerable<T> second, Func<T, string> name) =>
        second.Where(word => first.All(own => name(own) != name(word)));
}
