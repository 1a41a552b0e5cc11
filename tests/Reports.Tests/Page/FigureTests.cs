using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;
using VicRegSweeps.Reports.Figures;

namespace VicRegSweeps.Reports.Tests.Page;

public sealed class FigureTests
{
    [Fact]
    public void Lines_that_differ_in_their_pattern_alone_differ_in_SVG()
    {
        var shapes = Ink.Patterns.Select(pattern => Shapes(FigureDrawing.Svg(Line(pattern)))).ToList();

        // A solid line is one stroke; dashes are filled shapes, of which there are more the shorter they are.
        Assert.Contains("stroke=\"#5C1A3A\"", shapes[0], StringComparison.Ordinal);
        Assert.All(shapes.Skip(1), s => Assert.InRange(Pieces(s), 10, 1_000));
        Assert.Equal(shapes.Count, shapes.Distinct().Count());

        static int Pieces(string shape) => shape.Count(c => c == 'M');
    }

    [Fact]
    public void Boxes_that_differ_in_their_hatching_alone_differ_in_SVG()
    {
        var shapes = Enum.GetValues<Hatch>().Select(hatch => FigureDrawing.Svg(Figure(plot => plot.Box(0, 1, 0, 1, Ink.Worst, hatch)))).ToList();

        Assert.Equal(shapes.Count, shapes.Distinct().Count());
    }

    [Fact]
    public void Text_is_one_text_in_one_place_and_of_a_length_that_no_font_changes()
    {
        var svg = FigureDrawing.Svg(new Figure("one", "A <title> & more", "Subtitle", "", 1, 400, 300, [new Panel("Panel", "across", "up", _ => { })]));

        var texts = Regex.Matches(svg, "<text ([^>]*)>([^<]*)</text>").Select(m => (Attributes: m.Groups[1].Value, Text: m.Groups[2].Value)).ToList();
        Assert.Superset(new HashSet<string> { "A &lt;title&gt; &amp; more", "Subtitle", "Panel", "across", "up" }, texts.Select(t => t.Text).ToHashSet());
        Assert.All(texts, t => Assert.Matches(@" x=""[-0-9.]+"" y=""[-0-9.]+"" textLength=""[0-9.]+""", $" {t.Attributes}"));
        Assert.All(texts, t => Assert.Contains("font-family=\"Inter,", t.Attributes, StringComparison.Ordinal));
        Assert.Equal(texts.Count, Regex.Count(svg, "<text"));
    }

    [Fact]
    public void What_draws_nothing_is_a_whole_element_too()
    {
        var figure = new Figure("one", "One", "", "", 1, 400, 300, []) { Legend = [new LegendEntry("nothing", Colors.Transparent)] };

        Assert.EndsWith("</svg>", FigureDrawing.SymbolSvg(figure, 0).TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_leaves_those_before_it_on_the_canvas()
    {
        var figure = new Figure("boxes", "Boxes", "", "", 2, 300, 300, [.. Enumerable.Repeat(new Panel("", "", "", plot => plot.Box(0, 1, 0, 1, Ink.Worst)), 4)]);

        using var png = SKBitmap.Decode(FigureDrawing.Png(figure));
        foreach (var (x, y) in new[] { (1, 1), (3, 1), (1, 3), (3, 3) })
        {
            Assert.Equal(Ink.Worst.ToSKColor(), png.GetPixel(png.Width * x / 4, png.Height * y / 4));
        }

        // SVG has no erasing: what a plot wipes becomes a black sheet over all that was drawn.
        var sheet = Regex.Match(FigureDrawing.Svg(figure), "width=\"[0-9]+\" height=\"[0-9]+\"").Value;
        Assert.Equal("<rect fill=\"white\" ", Assert.Single(Regex.Matches(FigureDrawing.Svg(figure), $"<rect ([^>]* )?(?={sheet}/>)").Select(m => m.Value)));
    }

    [Fact]
    public void Nothing_is_finalized_while_a_figure_is_drawn()
    {
        var wasFinalizedWhileDrawing = false;
        var left = new Left();
        var figure = Figure(_ =>
        {
            left.Behind();
            GC.Collect();
            wasFinalizedWhileDrawing |= left.IsFinalized.Wait(200, TestContext.Current.CancellationToken);
        });

        Parallel.Invoke(() => FigureDrawing.Svg(figure), () => FigureDrawing.Png(figure));
        Assert.False(wasFinalizedWhileDrawing);
        GC.Collect();
        Assert.True(left.IsFinalized.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken), "Finalizers are still held.");
    }

    private static Figure Line(LinePattern pattern) => Figure(plot => plot.Band([(0, 0, 0, 0), (1, 1, 1, 1), (2, 1.5, 1.5, 1.5)], Ink.Worst, pattern));

    private static Figure Figure(Action<Plot> draw) => new("one", "One", "", "", 1, 400, 300, [new Panel("", "", "", draw)]);

    /// <summary>Leaves an object behind that says when it is finalized.</summary>
    private sealed class Left
    {
        public ManualResetEventSlim IsFinalized { get; } = new();

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Behind() => _ = new Object(this);

        private sealed class Object(Left left)
        {
            ~Object() => left.IsFinalized.Set();
        }
    }

    /// <summary>What an SVG draws in the line's colour.</summary>
    private static string Shapes(string svg) => string.Join('\n', Regex.Matches(svg, "<path[^>]*#5C1A3A[^>]*>").Select(m => m.Value));
}
