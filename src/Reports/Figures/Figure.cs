using ScottPlot;

namespace VicRegSweeps.Reports.Figures;

/// <summary>A picture: a title, what it shows with its n, a legend, and panels in a grid.</summary>
/// <param name="Name">Of its files, without extension: lower-case letters, digits and hyphens.</param>
/// <param name="Subtitle">What is drawn, over how many, with which interval.</param>
/// <param name="Description">What it says to those who cannot see it.</param>
/// <param name="Columns">Panels side by side.</param>
/// <param name="Panels">Row by row; null leaves a place empty.</param>
/// <param name="PanelWidth">In pixels, as is the height.</param>
internal sealed record Figure(
    string Name,
    string Title,
    string Subtitle,
    string Description,
    int Columns,
    int PanelWidth,
    int PanelHeight,
    IReadOnlyList<Panel?> Panels)
{
    public IReadOnlyList<LegendEntry> Legend { get; init; } = [];
}

/// <summary>One plot of a figure.</summary>
/// <param name="Draw">Adds what is shown to a plot whose frame has been styled.</param>
internal sealed record Panel(string Title, string XLabel, string YLabel, Action<Plot> Draw);

/// <summary>A line of a figure's legend: a symbol and what it stands for.</summary>
/// <param name="Line">Null for none.</param>
/// <param name="Marker">None for none.</param>
/// <param name="Fill">Whether the symbol is a filled square of the colour.</param>
internal sealed record LegendEntry(string Text, Color Color, LinePattern? Line = null, MarkerShape Marker = MarkerShape.None, bool Fill = false)
{
    /// <summary>Over a filled square, so that it is told from others without colour.</summary>
    public Hatch Hatch { get; init; }
}
