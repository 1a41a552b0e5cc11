using System.Net;
using System.Text.RegularExpressions;

namespace VicRegSweeps.Reports.Tests;

internal static partial class HtmlText
{
    /// <summary>A page's text: without scripts, pictures and tags, entities decoded.</summary>
    public static string Visible(string page) => WebUtility.HtmlDecode(Tags().Replace(Hidden().Replace(page, ""), ""));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("<(script|style|svg)[^>]*>.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Hidden();
}
