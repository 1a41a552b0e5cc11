using System.Text.RegularExpressions;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.Reports.Outcomes;
using static System.FormattableString;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Screens;

/// <summary>
/// The best points of a sweep, by their mean over seeds. In a narrow terminal names are broken into lines; if that is not
/// enough, spaces after the first and then the last parameters are left out, but no number.
/// </summary>
internal sealed partial class OutcomeTable(IAnsiConsole console)
{
    private const int MostPoints = 10;

    /// <summary>Where there is little room, names are broken into lines of so many letters.</summary>
    private const int LongestWord = 10;

    private const string Last = "trial";

    /// <summary>Spaces between two columns.</summary>
    private const int Between = 2;

    public void Write(SweepOutcome outcome)
    {
        if (outcome.Points.Count == 0) return;

        var layouts = Layouts(outcome).ToList();
        var layout = layouts.Find(l => Fits(Table(outcome, l))) ?? layouts[^1];
        console.WriteLine();
        console.Write(Table(outcome, layout));
        console.WriteLine();
        console.WriteLine(
            $"Points by {outcome.Objective}, {(outcome.MoreIsBetter ? "more" : "less")} is better: mean over seeds, 95 % interval.{Verdicts(outcome, layout)}");
        if (outcome.Points.Count > MostPoints)
            console.WriteLine($"{Counted(outcome.Points.Count - MostPoints, "more point")} in the report and the exports.");
        if (layout != layouts[0] && (layout.Axes < outcome.Axes.Count || layout.Spaces < outcome.Spaces.Count))
            console.WriteLine("Columns that this terminal has no room for are in the report and the exports.");
    }

    private static IEnumerable<Layout> Layouts(SweepOutcome outcome)
    {
        var (axes, spaces) = (outcome.Axes.Count, outcome.Spaces.Count);
        yield return new Layout(axes, spaces, BreaksNames: false);
        yield return new Layout(axes, spaces, BreaksNames: true);
        for (var left = axes; left >= 0; left--) yield return new Layout(left, Math.Min(1, spaces), BreaksNames: true);
    }

    private bool Fits(Table table) =>
        ((IRenderable)table).Measure(RenderOptions.Create(console, console.Profile.Capabilities), int.MaxValue / 2).Max <= console.Profile.Width;

    private static Table Table(SweepOutcome outcome, Layout layout)
    {
        var points = outcome.Points.Take(MostPoints).ToList();
        var states = points.Exists(p => p.NotCompleted.Count > 0);
        var table = new Table().Border(TableBorder.None);
        Add("", Justify.Right);
        foreach (var name in outcome.Axes.Take(layout.Axes)) Add(layout.BreaksNames ? Broken(name) : name, Justify.Right);
        Add("mean (95 %)", Justify.Left);
        foreach (var space in outcome.Spaces.Take(layout.Spaces)) Add(HasOneOfMany(outcome, layout) ? "verdict" : space, Justify.Left);
        if (states) Add("not completed", Justify.Left);
        Add(Last, Justify.Left);
        foreach (var (rank, point) in points.Index())
        {
            table.AddRow(
            [
                point.Mean is null ? "–" : Invariant($"{rank + 1}"),
                .. point.Levels.Take(layout.Axes).Select(Terminal.Cell),
                point.Mean is null ? "–" : $"{point.Mean}{(point.Interval is null ? "" : $" ({point.Interval})")}",
                .. point.Lives.Take(layout.Spaces).Select(Cell),
                .. states ? [Unfinished(point)] : Array.Empty<string>(),
                Terminal.Cell(point.Trial),
            ]);
        }

        return table;

        void Add(string name, Justify alignment) => table.AddColumn(new TableColumn($"[bold]{string.Join('\n', name.Split('\n').Select(Terminal.Cell))}[/]")
        {
            Alignment = alignment,
            NoWrap = true,
            Padding = new Padding(0, 0, name == Last ? 0 : Between, 0),
        });
    }

    private static string Verdicts(SweepOutcome outcome, Layout layout) => HasOneOfMany(outcome, layout) ? $" Verdict: the {outcome.Spaces[0]}'s." : "";

    private static bool HasOneOfMany(SweepOutcome outcome, Layout layout) => layout.Spaces == 1 && outcome.Spaces.Count > 1;

    /// <summary>A name in several lines, each of which goes on after an underscore or a hyphen.</summary>
    private static string Broken(string name)
    {
        var (lines, line) = (new List<string>(), "");
        foreach (var part in WordEnd().Split(name).SelectMany(word => word.Chunk(LongestWord).Select(letters => new string(letters))))
        {
            if (line.Length > 0 && line.Length + part.Length > LongestWord) (lines, line) = ([.. lines, line], "");
            line += part;
        }

        return string.Join('\n', lines.Append(line));
    }

    /// <summary>Colour goes with the word, and says nothing that the word does not.</summary>
    private static string Cell(SpaceLife life) => life.Health switch
    {
        Health.Good => $"[green]{Terminal.Cell(life.Text)}[/]",
        Health.Middling => $"[yellow]{Terminal.Cell(life.Text)}[/]",
        Health.Bad => $"[red]{Terminal.Cell(life.Text)}[/]",
        _ => Terminal.Cell(life.Text),
    };

    private static string Unfinished(OutcomePoint point)
    {
        var texts = point.NotCompleted.Select(s => point.Trials == s.Count ? s.State : Invariant($"{s.Count} of {point.Trials} {s.State}"));
        return point.NotCompleted.Count == 0 ? "" : $"[yellow]{Terminal.Cell(string.Join(", ", texts))}[/]";
    }

    /// <param name="Axes">How many parameters have a column.</param>
    /// <param name="Spaces">How many spaces have one.</param>
    /// <param name="BreaksNames">Whether long names are broken into lines.</param>
    private sealed record Layout(int Axes, int Spaces, bool BreaksNames);

    [GeneratedRegex("(?<=[_/-])")]
    private static partial Regex WordEnd();
}
