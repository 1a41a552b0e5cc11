using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>The language of exclusions, outside of sweep files: a condition over named values.</summary>
public static class Condition
{
    /// <param name="text">Comparisons, arithmetic, and / or / not.</param>
    /// <param name="catalogue">The names that there are.</param>
    /// <param name="source">What the text is, for messages, such as <c>--where</c>.</param>
    /// <returns>Whether it holds; null where it is neither true nor false, as for what has no value.</returns>
    /// <exception cref="SweepException">The text makes no sense.</exception>
    public static Func<TrialSettings, bool?> Parse(string text, ParameterCatalogue catalogue, string source)
    {
        var complaints = new Complaints(source);
        try
        {
            var rule = new ExpressionCompiler(catalogue, Complain).Rule(ExpressionParser.Parse(text));
            complaints.ThrowIfAny();
            return rule!;
        }
        catch (ExpressionException error)
        {
            Complain(error.At, error.Message);
            throw complaints.ToException();
        }

        void Complain(int at, string sentence) => complaints.Add(new Place(1, at + 1), sentence);
    }
}
