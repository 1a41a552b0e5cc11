using ScottPlot;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Loss terms over the steps, raw and weighted: small multiples by the levels of each axis.</summary>
internal static class CurveFigures
{
    /// <summary>Below this a term is left out of a logarithmic plot.</summary>
    private const double Least = 1e-8;

    private const double MostDecades = 6;

    private static readonly bool[] Both = [false, true];

    public static IEnumerable<Figure> Of(ReportData data, CurveAverages averages)
    {
        if (averages.Rows == 0) return [];

        return data.Axes.Count == 0 ? [One(data, averages, -1)] : data.Axes.Index().Select(axis => One(data, averages, axis.Index));
    }

    private static Figure One(ReportData data, CurveAverages averages, int axis)
    {
        var levels = Shortlist.Of(axis < 0 ? 1 : data.Axes[axis].Levels.Count, CurveAverages.MostLevels);
        var name = axis < 0 ? "" : data.Axes[axis].ShortName;
        var isBrief = axis >= 0 && data.Axes[axis].Parameters.Count > 1;    // the figure's title has the names
        var terms = DrawnTerm.Of(data.Words.Terms);
        var range = Range(averages, axis, levels, terms);
        var rows = averages.HasWeights ? Both : [false];
        return new Figure(
            axis < 0 ? "curves" : $"curves-{Slug.Of(name)}",
            axis < 0 ? "Loss terms" : $"Loss terms by {data.Axes[axis].Name}",
            $"Each row of a trial averages {averages.Batches} batches; lines are means over the trials of a level, bands their range. "
            + $"{(averages.HasWeights ? "Above raw, below as they are weighted in the total" : "Raw terms")}; logarithmic, values below 1e-8 are left out."
            + (averages.AreThinned ? $" Neighbouring rows are averaged to at most {ThinnedSteps.Most:#,0} steps; curves.csv has them all." : ""),
            "A term that is weighted far below the others has no say in the training.",
            levels.Count,
            Math.Max(220, 1050 / Math.Max(3, levels.Count)),
            265,
            [
                .. rows.SelectMany(weighted => levels.Select(level => new Panel(
                    $"{(axis < 0 ? "" : $"{(isBrief ? "" : $"{name} ")}{Plots.Short(data.Axes[axis].Levels[level])}\n")}{(weighted ? "weighted" : "raw")} (n = {averages.Trials(axis, level)})",
                    "step",
                    weighted ? "weighted term" : "term",
                    plot => Draw(plot, averages, axis, level, weighted, range, terms)))),
            ])
        {
            Legend = [.. terms.Select(t => new LegendEntry(t.Name, t.Colour, t.Pattern))],
        };
    }

    private static void Draw(
        Plot plot, CurveAverages averages, int axis, int level, bool weighted, (double Low, double High) range, IReadOnlyList<DrawnTerm> terms)
    {
        foreach (var term in terms.Where(t => !t.IsTotal || weighted))
        {
            var points = Drawn(averages, axis, level, term.Index, weighted)
                .Select(p => (p.Step, Math.Log10(Math.Max(p.Low, Least)), Math.Log10(p.Mean), Math.Log10(p.High))).ToList();
            plot.Band(points, term.Colour, term.Pattern);
        }

        plot.Axes.Left.Logarithmic(range.Low, range.High);
        plot.Axes.SetLimitsY(range.Low, range.High);
    }

    /// <summary>What has a place on a logarithmic axis; a weight may make a number infinite.</summary>
    private static IEnumerable<(double Step, double Low, double Mean, double High)> Drawn(
        CurveAverages averages, int axis, int level, int term, bool weighted) =>
        averages.Curve(axis, level, term, weighted).Where(p => p.Mean > Least && double.IsFinite(p.Mean) && double.IsFinite(p.High));

    /// <summary>One scale for all panels, so that they can be compared; a band may reach below it.</summary>
    private static (double Low, double High) Range(CurveAverages averages, int axis, IReadOnlyList<int> levels, IReadOnlyList<DrawnTerm> terms)
    {
        var values = (
            from level in levels
            from term in terms
            from weighted in Both
            from point in Drawn(averages, axis, level, term.Index, weighted)
            select (point.Mean, point.High)).ToList();
        if (values.Count == 0) return (-1, 1);

        var high = Math.Log10(values.Max(v => v.High)) + 0.15;
        return (Math.Max(high - MostDecades, Math.Log10(values.Min(v => v.Mean)) - 0.3), high);
    }

    /// <summary>How a term is drawn.</summary>
    /// <param name="Index">Its place among the store's.</param>
    private sealed record DrawnTerm(int Index, string Name, bool IsTotal, Color Colour, LinePattern Pattern)
    {
        /// <summary>The total comes last: it is drawn over the others, and its colour says that it is not one of them.</summary>
        public static IReadOnlyList<DrawnTerm> Of(IReadOnlyList<Term> terms) =>
        [
            .. terms.Index().OrderBy(t => t.Item.IsTotal).Select((t, place) => new DrawnTerm(
                t.Index,
                t.Item.Name,
                t.Item.IsTotal,
                t.Item.IsTotal ? Ink.Terms[0] : Ink.Terms[1 + (place % (Ink.Terms.Count - 1))],
                Ink.Patterns[place % Ink.Patterns.Count])),
        ];
    }
}
