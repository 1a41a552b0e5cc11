using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace VicRegSweeps.Reports.Tests;

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
        var shapes = Enum.GetValues<Hatch>().Select(hatch => FigureDrawing.Svg(Figure(plot => plot.Box(0, 1, 0, 1, Ink.Complete, hatch)))).ToList();

        Assert.Equal(shapes.Count, shapes.Distinct().Count());
    }

    [Fact]
    public void A_panel_leaves_those_before_it_on_the_canvas()
    {
        var figure = new Figure("boxes", "Boxes", "", "", 2, 300, 300, [.. Enumerable.Repeat(new Panel("", "", "", plot => plot.Box(0, 1, 0, 1, Ink.Complete)), 4)]);

        using var png = SKBitmap.Decode(FigureDrawing.Png(figure));
        foreach (var (x, y) in new[] { (1, 1), (3, 1), (1, 3), (3, 3) })
        {
            Assert.Equal(Ink.Complete.ToSKColor(), png.GetPixel(png.Width * x / 4, png.Height * y / 4));
        }

        // SVG has no erasing: what a plot wipes becomes a black sheet over all that was drawn.
        var sheet = Regex.Match(FigureDrawing.Svg(figure), "width=\"[0-9]+\" height=\"[0-9]+\"").Value;
        Assert.Equal("<rect fill=\"white\" ", Assert.Single(Regex.Matches(FigureDrawing.Svg(figure), $"<rect ([^>]* )?(?={sheet}/>)").Select(m => m.Value)));
    }

    private static Figure Line(LinePattern pattern) => Figure(plot => plot.Band([(0, 0, 0, 0), (1, 1, 1, 1), (2, 1.5, 1.5, 1.5)], Ink.Complete, pattern));

    private static Figure Figure(Action<Plot> draw) => new("one", "One", "", "", 1, 400, 300, [new Panel("", "", "", draw)]);

    /// <summary>What an SVG draws in the line's colour.</summary>
    private static string Shapes(string svg) => string.Join('\n', Regex.Matches(svg, "<path[^>]*#5C1A3A[^>]*>").Select(m => m.Value));
}
