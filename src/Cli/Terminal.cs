using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>
/// The edge of printing. Names, settings, stores and files may come from anybody, and whatever is printed of them passes here:
/// nothing in them reaches the terminal as more than text, see <see cref="Visible"/>.
/// </summary>
internal static class Terminal
{
    private static TextWriter Raw = Console.Error;

    /// <summary>Makes standard output and standard error safe. Call once, before anything is printed.</summary>
    public static void Protect()
    {
        Raw = Console.Error;
        Console.SetOut(new VisibleWriter(Console.Out));
        Console.SetError(new VisibleWriter(Raw));
    }

    /// <summary>Standard error for tables and bars, whose own colours and movements are let through.</summary>
    /// <param name="width">In characters, where it is not a terminal; null for Spectre's own.</param>
    public static IAnsiConsole Drawing(int? width = null)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new ErrorOutput(Raw),
            Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        console.Pipeline.Attach(new VisibleHook());
        if (width is { } columns) console.Profile.Width = columns;
        return console;
    }

    /// <summary>Text for a place where Spectre reads markup.</summary>
    public static string Cell(string text) => Markup.Escape(Visible.Line(text));

    /// <summary>Lets text through, and line feeds and tabs, but nothing else that a terminal would obey.</summary>
    private sealed class VisibleWriter(TextWriter to) : TextWriter
    {
        public override Encoding Encoding => to.Encoding;

        public override void Write(char value) => to.Write(Visible.Lines(value.ToString()));

        public override void Write(char[] buffer, int index, int count) => to.Write(Visible.Lines(new string(buffer, index, count)));

        public override void Write(ReadOnlySpan<char> buffer) => to.Write(Visible.Lines(buffer.ToString()));

        public override void Write(string? value) => to.Write(Visible.Lines(value ?? ""));

        public override void WriteLine(string? value) => to.WriteLine(Visible.Lines(value ?? ""));

        public override void Flush() => to.Flush();
    }

    private sealed class ErrorOutput(TextWriter error) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput size = new(error);

        public TextWriter Writer => error;

        // Spectre knows a terminal by its writer, which is Console.Error no more.
        public bool IsTerminal => !Console.IsErrorRedirected;

        public int Width => size.Width;

        public int Height => size.Height;

        public void SetEncoding(Encoding encoding) => size.SetEncoding(encoding);
    }

    /// <summary>Attached first, it comes last: what it sees is what would be written.</summary>
    private sealed class VisibleHook : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
            renderables.Select(inner => new VisibleRenderable(inner));
    }

    private sealed class VisibleRenderable(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, maxWidth).Select(segment =>
            segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(Visible.Lines(segment.Text), segment.Style, segment.Link));
    }
}
