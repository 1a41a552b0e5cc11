using VicRegSweeps.Reports.Page;
using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Stores;
using static System.FormattableString;

namespace VicRegSweeps.Reports.Live;

/// <summary>What is going on at this moment: how far the sweep is, and what each worker is at.</summary>
internal static class NowSection
{
    public const string Id = "now", Title = "Now";

    public static void Write(HtmlWriter page, StoreStatus status, IEnumerable<NowRow> rows)
    {
        var states = SweepNow.States(status).Where(s => s.Count > 0).ToList();
        var all = string.Join(", ", states.Select(s => Invariant($"{s.Count:#,0} {s.Name}")));
        page.Markup($"<div class=\"states\" role=\"img\" aria-label=\"{Html.Text(all)}\">");
        foreach (var (count, name) in states) page.Markup(Invariant($"<i class=\"{name}\" style=\"flex:{count}\"></i>"));
        page.Markup("</div>\n<ul class=\"legend states-key\">");
        foreach (var (count, name) in states) page.Markup(Invariant($"<li><i class=\"{name}\"></i>{count:#,0} {name}</li>"));
        page.Markup("</ul>\n<div class=\"scroll\" tabindex=\"0\"><table class=\"now\"><caption class=\"unseen\">What is going on</caption><tbody>\n");
        foreach (var (name, value, share) in rows)
        {
            page.Markup("<tr>").Element("th", name, "scope=\"row\"").Markup("<td>").Text(value);
            if (share is { } done) page.Markup(Invariant($"<span class=\"done\" aria-hidden=\"true\"><i style=\"width:{100 * done:0.#}%\"></i></span>"));
            page.Markup("</td></tr>\n");
        }

        page.Markup("</tbody></table></div>\n");
        if (status.IsDone && status.Total > 0) page.Element("p", $"All {Shown.Count(status.Total, "trial")} have ended.", "class=\"note\"");
    }
}
