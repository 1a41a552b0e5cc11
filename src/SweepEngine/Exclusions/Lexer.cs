using System.Text.RegularExpressions;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>Cuts an expression into tokens.</summary>
internal static partial class Lexer
{
    private static readonly string[] Words = ["and", "or", "not", "true", "false"];

    /// <summary>Operators of other languages, and what they are called here.</summary>
    private static readonly Dictionary<string, string> Foreign = new(StringComparer.Ordinal)
    {
        ["="] = "==",
        ["==="] = "==",
        ["<>"] = "!=",
        ["!"] = "not",
        ["&&"] = "and",
        ["&"] = "and",
        ["||"] = "or",
        ["|"] = "or",
    };

    private static readonly string[] Arithmetic = ["**", "^", "%", "//"];

    /// <returns>The last is the end.</returns>
    /// <exception cref="ExpressionException">Something is no token.</exception>
    public static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var (token, length) = Next(text, at);
            tokens.Add(token);
            at += length;
        }

        tokens.Add(new Token(TokenKind.End, "", text.Length));
        return tokens;
    }

    private static (Token Token, int Length) Next(string text, int at)
    {
        if (text[at] is '\'' or '"')
        {
            var end = text.IndexOf(text[at], at + 1);
            return end > 0
                ? (new Token(TokenKind.Text, text[(at + 1)..end], at), end + 1 - at)
                : throw new ExpressionException(at, "the text that begins here has no closing quote.");
        }

        if (Number().Match(text, at) is { Success: true } number)
            return (new Token(TokenKind.Number, number.Value, at), number.Length);
        if (Name().Match(text, at) is { Success: true } name)
            return (new Token(Words.Contains(name.Value) ? TokenKind.Symbol : TokenKind.Name, name.Value, at), name.Length);
        if (Symbol().Match(text, at) is { Success: true } symbol)
            return (new Token(TokenKind.Symbol, symbol.Value, at), symbol.Length);
        if (ForeignOperator().Match(text, at) is { Success: true } foreign)
        {
            var instead = Arithmetic.Contains(foreign.Value) ? "arithmetic is + - * /" : $"write '{Foreign[foreign.Value]}'";
            throw new ExpressionException(at, $"'{foreign.Value}' is not an operator here; {instead}.");
        }

        throw new ExpressionException(
            at, $"{Wording.Quoted(text[at..(at + (char.IsSurrogatePair(text, at) ? 2 : 1))])} has no meaning in a rule, which is made of {ExpressionParser.Pieces}.");
    }

    // A number that runs into letters, such as 3x, is taken whole, so that it is complained about whole.
    [GeneratedRegex(@"\G(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?[A-Za-z0-9_.]*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    // The name of a further metric says the values that it is of, such as embedding.knn_top1@k=5@t=0.1.
    [GeneratedRegex(@"\G[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*(@[a-z]+=-?[0-9.]+(E[-+][0-9]+)?)*", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\G(==(?!=)|!=|<=|>=|<(?!>)|>|\+|-|\*(?!\*)|/(?!/)|\(|\))", RegexOptions.CultureInvariant)]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\G(===|=|<>|!|&&|&|\|\||\||\*\*|\^|%|//)", RegexOptions.CultureInvariant)]
    private static partial Regex ForeignOperator();
}
