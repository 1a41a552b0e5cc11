using System.Globalization;

namespace VicRegSweeps.Reports.Tables;

/// <summary>A table in GitHub's Markdown; numbers with four significant digits, for people to read.</summary>
internal sealed class MarkdownFile : ITableFile
{
    private readonly TextWriter writer;
    private bool begun;

    public MarkdownFile(TextWriter writer, IReadOnlyList<Column> columns)
    {
        this.writer = writer;
        foreach (var column in columns) Cell(Escape(Formula.Disarmed(column.Name)));
        End();
        foreach (var column in columns) Cell(column.Kind == ColumnKind.Text ? "---" : "---:");
        End();
    }

    public ITableFile Text(string? text)
    {
        Cell(Escape(Formula.Disarmed(text ?? "")));
        return this;
    }

    public ITableFile Whole(long? number)
    {
        Cell(number?.ToString(CultureInfo.InvariantCulture) ?? "");
        return this;
    }

    public ITableFile Real(double? number)
    {
        Cell(number is { } value ? Shown.Number(value) : "");
        return this;
    }

    public void EndRow() => End();

    public void Dispose() => writer.Flush();

    /// <summary>What would end the cell, or be taken for markup or HTML.</summary>
    private static string Escape(string text)
    {
        var escaped = new System.Text.StringBuilder();
        foreach (var character in text.ReplaceLineEndings(" "))
        {
            escaped.Append(character switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '|' or '\\' or '`' or '*' or '[' or ']' => $"\\{character}",
                < ' ' => " ",
                _ => $"{character}",
            });
        }

        return escaped.ToString();
    }

    private void Cell(string text)
    {
        writer.Write(begun ? " | " : "| ");
        writer.Write(text);
        begun = true;
    }

    private void End()
    {
        writer.Write(" |\n");
        begun = false;
    }
}
