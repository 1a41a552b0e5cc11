using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>evaluate</c>: further values of parameters that bear on evaluations alone.</summary>
internal sealed class EvaluateReader(ParameterCatalogue catalogue, Complaints complaints)
{
    public const string Section = "evaluate";

    private readonly AxisReader axes = new(complaints, new ValueReader(complaints), search: false);
    private readonly ParameterEntries entries = new(catalogue, complaints);

    public Evaluation Read(YamlNode? node)
    {
        var read = new List<EvaluationAxis>();
        foreach (var (parameter, key, value) in entries.Of(Section, node))
        {
            if (parameter.EvaluatedAs is null)
                complaints.Add(key.At, $"'{parameter.Name}' bears on more than evaluations, so every value of it makes trials; put it under 'grid'. {WhatThereIs}");
            else if (axes.Read(parameter, value) is { } column && read.All(a => a.Parameter != parameter.Name))
                read.Add(new EvaluationAxis(parameter.Name, column.Values));
        }

        var evaluation = Evaluation.Of([.. read.OrderBy(a => catalogue.IndexOf(a.Parameter))]);
        foreach (var metric in catalogue.Vocabulary.Metrics.Where(m => m.DependsOn.Count > 0))
        {
            var count = evaluation.Axes.Where(a => metric.DependsOn.Contains(a.Parameter)).Aggregate(1L, (product, axis) => product * axis.Values.Count);
            if (count > Evaluation.MostOfOne)
                complaints.Add(node!.At, $"'{Section}' makes {count} further metrics of '{metric.Name}', but may make at most {Evaluation.MostOfOne}.");
        }

        return evaluation;
    }

    /// <summary>Complains of parameters that are axes of trials too.</summary>
    /// <param name="levels">Those that points come from.</param>
    /// <param name="at">What is complained about where the section is that of the file's base; null where it is the file's own.</param>
    public void RefuseAxes(YamlNode? node, IEnumerable<Level> levels, Place? at)
    {
        var swept = levels.SelectMany(l => l.Axes).SelectMany(a => a.Columns).Select(c => c.Parameter.Name).ToHashSet(StringComparer.Ordinal);
        if (swept.Count == 0) return;

        // What else is wrong with the section has been complained about.
        foreach (var (parameter, key, _) in new ParameterEntries(catalogue, new Complaints("")).Of(Section, node).Where(e => swept.Contains(e.Parameter.Name)))
        {
            complaints.Add(at ?? key.At,
                $"'{parameter.Name}' is listed {(at is null ? "here" : $"under '{Section}' of the base")}, but is also an axis under 'grid' or 'zip', where every value makes trials; keep one.");
        }
    }

    private string WhatThereIs => catalogue.Evaluated.Count == 0 ? $"There is nothing for '{Section}'."
        : $"'{Section}' takes {Wording.AllOf(catalogue.Evaluated.Select(p => p.Name))}.";
}
