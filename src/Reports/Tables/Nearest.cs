using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Says what somebody probably meant.</summary>
internal static class Nearest
{
    public static string Complaint(string sentence, string word, IEnumerable<string> names) =>
        Spelling.Nearest(word, names) is { } name ? $"{sentence}; did you mean '{name}'?" : $"{sentence}.";
}
