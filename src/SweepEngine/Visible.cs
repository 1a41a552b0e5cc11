using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary>
/// Text as it may be printed, wherever it comes from. Characters that a terminal would obey, that reverse the order of others or
/// that break a line are shown as the escapes of JSON strings, such as <c>\u001b</c> and <c>\n</c>.
/// </summary>
public static class Visible
{
    private const char ZeroWidthNonJoiner = '\u200c';
    private const char ZeroWidthJoiner = '\u200d';

    /// <summary>Text that is to stay in one line, such as a value or a name.</summary>
    public static string Line(string text) => Escaped(text, keepsLines: false);

    /// <summary>Text that may have several lines; line feeds and tabs stay.</summary>
    public static string Lines(string text) => Escaped(text, keepsLines: true);

    /// <summary>Text with values in it, invariant: the text's own line feeds stay, each value is a <see cref="Line"/>.</summary>
    public static string Of(FormattableString text) => string.Format(
        CultureInfo.InvariantCulture, text.Format, [.. text.GetArguments().Select(value => value is string words ? Line(words) : value)]);

    private static string Escaped(string text, bool keepsLines)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;

        StringBuilder? escaped = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.Utf16SequenceLength;
            var isShown = IsHarmless(rune) || (keepsLines && (rune.Value is '\n' or '\t'));
            if (!isShown) Escape(escaped ??= new StringBuilder(text, 0, at, text.Length + 16), text.AsSpan(at, length));
            else escaped?.Append(text, at, length);
            at += length;
        }

        return escaped?.ToString() ?? text;
    }

    /// <summary>Joiners stay: some scripts cannot be written without them, and they change nothing but letters beside them.</summary>
    private static bool IsHarmless(Rune rune) => rune.Value is ZeroWidthNonJoiner or ZeroWidthJoiner || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void Escape(StringBuilder to, ReadOnlySpan<char> characters)
    {
        foreach (var character in characters)
        {
            _ = character switch
            {
                '\n' => to.Append(@"\n"),
                '\r' => to.Append(@"\r"),
                '\t' => to.Append(@"\t"),
                _ => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            };
        }
    }
}

/// <summary>An interpolated string whose values are a <see cref="Visible.Line"/> each. Invariant.</summary>
[InterpolatedStringHandler]
public ref struct VisibleText
{
    private DefaultInterpolatedStringHandler text;

    /// <param name="literalLength">Given by the compiler, as is <paramref name="formattedCount"/>.</param>
    /// <param name="formattedCount">How many values there are.</param>
    public VisibleText(int literalLength, int formattedCount) => text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);

    /// <summary>Appends words of the program's own.</summary>
    public void AppendLiteral(string words) => text.AppendLiteral(words);

    /// <summary>Appends a value.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        if (value is IFormattable number) text.AppendFormatted(number, format);
        else text.AppendFormatted(Visible.Line(value?.ToString() ?? ""));
    }

    /// <summary>Ends the string.</summary>
    public string ToStringAndClear() => text.ToStringAndClear();
}
