namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>What a piece of an exclusion's text is.</summary>
internal enum TokenKind
{
    Number,

    /// <summary>Text in quotes.</summary>
    Text,

    /// <summary>The name of a parameter, or a word such as <c>adam</c>.</summary>
    Name,

    /// <summary>An operator, a parenthesis, or one of <c>and</c>, <c>or</c>, <c>not</c>, <c>true</c> and <c>false</c>.</summary>
    Symbol,

    End,
}

/// <param name="Text">As it is written; for text in quotes, what is between them.</param>
/// <param name="Start">Where it begins in the expression, from 0.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start);

/// <summary>What is wrong with an expression, and where.</summary>
/// <param name="at">Where in the expression, from 0.</param>
/// <param name="sentence">A whole sentence.</param>
internal sealed class ExpressionException(int at, string sentence) : Exception(sentence)
{
    public int At => at;
}
