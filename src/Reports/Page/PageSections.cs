using System.Text;

namespace VicRegSweeps.Reports.Page;

/// <summary>The sections of a page in their order. Where they are too large together, those that may go are left out, the largest first.</summary>
internal sealed class PageSections
{
    private readonly List<Section> sections = [];

    /// <param name="content">Writes the section.</param>
    /// <param name="mayGo">Whether the section may be left out; else it must be small by itself.</param>
    public void Add(string id, string title, Action<HtmlWriter> content, bool mayGo = true)
    {
        var page = new HtmlWriter();
        page.Section(id, title, () => content(page));
        sections.Add(new Section(id, title, page.ToString(), mayGo));
    }

    /// <summary>Id and markup of every section.</summary>
    public IEnumerable<(string Id, string Markup)> All => sections.Select(s => (s.Id, s.Markup));

    /// <summary>The markup of all sections; in the place of one that is left out stands what it was and where to find it.</summary>
    /// <param name="room">In bytes of UTF-8.</param>
    public string Within(long room)
    {
        var size = sections.Sum(s => s.Bytes);
        foreach (var section in sections.Where(s => s.MayGo).OrderByDescending(s => s.Bytes).ToList())
        {
            if (size <= room) break;

            var note = WithoutContent(section);
            sections[sections.IndexOf(section)] = note;
            size += note.Bytes - section.Bytes;
        }

        return string.Concat(sections.Select(s => s.Markup));
    }

    private static Section WithoutContent(Section section)
    {
        var page = new HtmlWriter();
        page.Section(section.Id, section.Title, () => page.Element(
            "p",
            $"This section is left out, because with it the page would be larger than {Report.MostBytes / 1_000_000} MB. Its figures are files in figures/ beside this page. "
            + "The numbers are in the files of vicreg-sweep export, and all else is in the store itself.",
            "class=\"note\""));
        return new Section(section.Id, section.Title, page.ToString(), MayGo: false);
    }

    private sealed record Section(string Id, string Title, string Markup, bool MayGo)
    {
        public long Bytes { get; } = Encoding.UTF8.GetByteCount(Markup);
    }
}
