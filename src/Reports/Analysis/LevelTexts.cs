using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Reports.Analysis;

/// <summary>How the values of one parameter read beside each other: short, and never as another of them.</summary>
internal static class LevelTexts
{
    private const int FewestDigits = 3;
    private const int MostDigits = 17;

    /// <summary>A number with no more digits than this is one that somebody typed, and is shown as it is.</summary>
    private const int Typed = 6;

    /// <param name="levels">Distinct; null where the parameter is absent.</param>
    /// <returns>Texts that are distinct too: whole numbers and short ones as they are, others with as few digits as tell them apart.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<ParameterValue?> levels)
    {
        for (var digits = FewestDigits; digits < MostDigits; digits++)
        {
            var texts = levels.Select(level => Text(level, digits)).ToList();
            if (texts.ToHashSet(StringComparer.Ordinal).Count == texts.Count) return texts;
        }

        return [.. levels.Select(level => Text(level, MostDigits))];
    }

    private static string Text(ParameterValue? level, int digits)
    {
        if (level is null) return "absent";
        if (level.Number is not { } number) return level.Text;

        var exact = Shown.Exact(number);
        return double.IsInteger(number) || exact.Split('e')[0].Where(char.IsAsciiDigit).SkipWhile(d => d == '0').Count() <= Typed
            ? exact
            : Shown.Number(number, digits);
    }
}
