namespace VicRegSweeps.Reports.Tables;

/// <summary>Text that a spreadsheet would take for a formula.</summary>
internal static class Formula
{
    // Excel and LibreOffice take the wide and the small forms of these characters for the characters themselves. After a tab or
    // the end of a line they look on.
    private const string Starters = "=+-@\t\r\n＝＋－＠﹦﹢﹣﹫−";

    /// <summary>The same text, with an apostrophe before it where it would be taken for a formula.</summary>
    public static string Disarmed(string text) => text.Length > 0 && Starters.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;
}
