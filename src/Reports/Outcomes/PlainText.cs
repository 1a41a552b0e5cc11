using System.Net;
using System.Text.RegularExpressions;

namespace VicRegSweeps.Reports.Outcomes;

/// <summary>Takes the markup out of a sentence that was written for a page.</summary>
internal static partial class PlainText
{
    /// <summary>A link at the end of a sentence leads to another part of the page, which a screen does not have.</summary>
    public static string Of(string markup) => WebUtility.HtmlDecode(Tag().Replace(LastLink().Replace(markup, ""), ""));

    [GeneratedRegex(@"(;|(?<=\.)) <a [^>]*>[^<]*</a>(?=\.?$|\. )")]
    private static partial Regex LastLink();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();
}
