using System.Text;

namespace VicRegSweeps.Reports.Tests.Tables;

/// <summary>Reads CSV by the letter of RFC 4180, and nothing else: what it rejects, the export must not write.</summary>
internal static class CsvText
{
    public static List<string[]> Read(string path)
    {
        var text = File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        Assert.False(text.StartsWith('\uFEFF'));
        var rows = new List<string[]>();
        var row = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            row.Add(text[at] == '"' ? Quoted(text, ref at) : Plain(text, ref at));
            if (text[at] == ',')
            {
                at++;
                continue;
            }

            Assert.Equal("\r\n", text.Substring(at, 2));
            at += 2;
            rows.Add([.. row]);
            row.Clear();
        }

        Assert.Empty(row);
        Assert.All(rows, r => Assert.Equal(rows[0].Length, r.Length));
        return rows;
    }

    /// <summary>Rows by the names of the header.</summary>
    public static List<Dictionary<string, string>> ReadNamed(string path)
    {
        var rows = Read(path);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(c => c.First, c => c.Second))];
    }

    private static string Plain(string text, ref int at)
    {
        var start = at;
        while (text[at] is not (',' or '\r' or '\n' or '"')) at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at)
    {
        var field = new StringBuilder();
        for (at++; ; at++)
        {
            if (text[at] == '"' && text[++at] != '"') return field.ToString();
            field.Append(text[at]);
        }
    }
}
