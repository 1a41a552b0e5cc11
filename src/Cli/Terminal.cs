using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>
/// The edge of printing. Names, settings, stores and files may come from anybody, and whatever is printed of them passes here:
/// nothing in them reaches the terminal as more than text, see <see cref="Visible"/>. On standard error, where messages go, one call
/// of WriteLine is one line, whatever is in it; so nobody's text can pass for a message of its own.
/// </summary>
internal static class Terminal
{
    private static TextWriter RawOutput = Console.Out;
    private static TextWriter RawError = Console.Error;

    /// <summary>Makes standard output and standard error safe. Call once, before anything is printed.</summary>
    public static void Protect()
    {
        (RawOutput, RawError) = (Console.Out, Console.Error);
        Console.SetOut(new VisibleWriter(RawOutput, keepsLines: true));
        Console.SetError(new VisibleWriter(RawError, keepsLines: false));
    }

    /// <summary>Standard error for tables and bars, whose own colours and movements are let through.</summary>
    /// <param name="width">In characters, where it is not a terminal; null for Spectre's own.</param>
    public static IAnsiConsole Drawing(int? width = null) => Drawing(RawError, !Console.IsErrorRedirected, width);

    /// <summary>Standard output for a picture that somebody asked for; where it is not a terminal, one without colours and of any width.</summary>
    public static IAnsiConsole Picture() => Drawing(RawOutput, !Console.IsOutputRedirected, Console.IsOutputRedirected ? Screens.Screen.WidthOfLogs : null);

    private static IAnsiConsole Drawing(TextWriter to, bool isTerminal, int? width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new ConsoleOutput(to, isTerminal),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        });
        console.Pipeline.Attach(new VisibleHook());
        if (width is { } columns) console.Profile.Width = columns;
        return console;
    }

    /// <summary>Text for a place where Spectre reads markup.</summary>
    public static string Cell(string text) => Markup.Escape(Visible.Line(text));

    /// <summary>Lets text through, but nothing that a terminal would obey.</summary>
    /// <param name="to">Where it goes.</param>
    /// <param name="keepsLines">Whether line feeds and tabs in a text stay, as in JSON and Markdown; else WriteLine alone ends a line.</param>
    private sealed class VisibleWriter(TextWriter to, bool keepsLines) : TextWriter
    {
        public override Encoding Encoding => to.Encoding;

        public override void Write(char value) => to.Write(Shown(value.ToString()));

        public override void Write(char[] buffer, int index, int count) => to.Write(Shown(new string(buffer, index, count)));

        public override void Write(ReadOnlySpan<char> buffer) => to.Write(Shown(buffer.ToString()));

        public override void Write(string? value) => to.Write(Shown(value ?? ""));

        public override void WriteLine() => to.WriteLine();

        public override void WriteLine(string? value) => to.WriteLine(Shown(value ?? ""));

        public override void Flush() => to.Flush();

        private string Shown(string text) => keepsLines ? Visible.Lines(text) : Visible.Line(text);
    }

    private sealed class ConsoleOutput(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput size = new(writer);

        public TextWriter Writer => writer;

        // Spectre knows a terminal by its writer, which is the console's own no more.
        public bool IsTerminal => isTerminal;

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
