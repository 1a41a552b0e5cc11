using ScottPlot;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Colours, patterns and shapes of figures. Nothing is told by colour alone, and colours differ in lightness.</summary>
internal static class Ink
{
    public static readonly Color Text = Color.FromHex("#1c2733");
    public static readonly Color Faint = Color.FromHex("#5b6b7a");
    public static readonly Color Grid = Color.FromHex("#e3e8ed");
    public static readonly Color Missing = Color.FromHex("#f4f6f8");

    /// <summary>Alive is light, dead is dark: the map reads the same in black and white.</summary>
    public static readonly Color Alive = Color.FromHex("#bfe3f2");
    public static readonly Color Middling = Color.FromHex("#e8a33d");
    public static readonly Color Worst = Color.FromHex("#5c1a3a");
    public static readonly Color Failed = Color.FromHex("#8794a1");

    /// <summary>Okabe and Ito's colours, which people with any kind of colour vision tell apart.</summary>
    public static readonly IReadOnlyList<Color> Terms =
        [Color.FromHex("#000000"), Color.FromHex("#0072b2"), Color.FromHex("#d55e00"), Color.FromHex("#009e73")];

    public static readonly IReadOnlyList<LinePattern> Patterns =
        [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>Paul Tol's muted colours, with a shape each, for up to ten classes; beyond that they repeat.</summary>
    private static readonly string[] ClassColours =
        ["#332288", "#cc6677", "#117733", "#88ccee", "#aa4499", "#ddcc77", "#44aa99", "#882255", "#999933", "#000000"];

    private static readonly MarkerShape[] Shapes =
    [
        MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.OpenCircle,
        MarkerShape.FilledTriangleDown, MarkerShape.OpenSquare, MarkerShape.Eks, MarkerShape.OpenTriangleUp, MarkerShape.Cross,
    ];

    private static readonly ScottPlot.Colormaps.Viridis Viridis = new();

    /// <summary>The family that text is set in.</summary>
    public static string Family => Typefaces.Family;

    /// <summary>The look of a verdict. Those between the healthy one and the worst share theirs: the texts tell them apart.</summary>
    /// <param name="badness">Its place among the space's verdicts, from 0, the healthy one.</param>
    public static (Color Colour, Hatch Hatch) OfVerdict(int badness, Space space) =>
        badness == 0 ? (Alive, Hatch.None) : badness == space.Verdicts.Count - 1 ? (Worst, Hatch.None) : (Middling, Hatch.Striped);

    /// <param name="label">From 0; below it, of what has no class.</param>
    public static Color OfClass(int label) => Color.FromHex(ClassColours[Math.Max(0, label) % ClassColours.Length]);

    /// <param name="number">From 0; below it, of what has no class.</param>
    public static MarkerShape ShapeOf(int number) => Shapes[Math.Max(0, number) % Shapes.Length];

    /// <summary>Viridis, dark for 0 and light for 1.</summary>
    public static Color Scale(double position) => Viridis.GetColor(Math.Clamp(position, 0, 1));

    /// <summary>The colour of a level among so many, dark to light but never too light for a line on white.</summary>
    public static Color OfLevel(int level, int count) => Scale(count < 2 ? 0.25 : 0.02 + (0.8 * level / (count - 1)));

    /// <summary>Black or white, whichever is read more easily on a colour.</summary>
    public static Color On(Color background) => background.Luminance > 0.55 ? Text : Colors.White;
}
