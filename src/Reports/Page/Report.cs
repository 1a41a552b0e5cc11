using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Page;

/// <summary>One page that answers a sweep's question, and its figures as files.</summary>
public static class Report
{
    /// <summary>The largest page, in bytes: a browser opens it in a moment, whatever the size of the store.</summary>
    internal const int MostBytes = 20_000_000;

    /// <summary>How a page begins.</summary>
    internal const string Beginning = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";

    private const string Figures = "figures";

    /// <summary>Writes <c>report.html</c>, which needs nothing else and no network, and <c>figures/*.svg</c> and <c>.png</c>.</summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <returns>The paths of the files, the page first.</returns>
    /// <exception cref="SweepException">The options name what the store does not have, or the folder cannot be written; the files in it are as they were.</exception>
    public static IReadOnlyList<string> Write(IStoreReader store, string folder, ReportOptions? options = null)
    {
        options ??= new ReportOptions();
        var data = ReportData.Of(store, options);
        var findings = Findings.Of(data, options.Baseline);
        return WholeFolder.Write(folder, "the report", temporary =>
        {
            var album = new FileAlbum(Path.Combine(temporary, Figures));
            File.WriteAllText(Path.Combine(temporary, "report.html"), Page(data, findings, album, options));
            return ["report.html", .. album.Files.Select(file => Path.Combine(Figures, file))];
        });
    }

    private static string Page(ReportData data, Findings findings, Album album, ReportOptions options)
    {
        var parts = ReportParts.Of(data, findings, album, options);
        var script = Resource("report.js");
        // Nothing is fetched, and no script runs but ours: even markup that slipped through could do nothing.
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        var page = new HtmlWriter()
            .Markup(Beginning)
            .Markup($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{hash}'\">\n")
            .Element("title", $"{parts.Name} – sweep report")
            .Markup($"<style>\n{Resource("report.css")}</style>\n</head>\n<body>\n").Markup(parts.Head).Markup("<main>\n");
        var end = $"</main>\n<script type=\"application/json\" id=\"data\">{parts.List}</script>\n"
            + $"<script type=\"application/json\" id=\"course\">{parts.Course}</script>\n"
            + $"<script>{script}</script>\n</body>\n</html>\n";
        var room = MostBytes - Encoding.UTF8.GetByteCount(page.ToString()) - Encoding.UTF8.GetByteCount(end);
        return page.Markup(parts.Sections.Within(room)).Markup(end).ToString();
    }

    /// <summary>A file that is part of the page, with line feeds as Unix has them.</summary>
    internal static string Resource(string name)
    {
        using var stream = typeof(Report).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
