using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>Parses exclusions by recursive descent. The deepest nesting is bounded, so no text can exhaust the stack.</summary>
/// <remarks>
/// <code>
/// or         = and { "or" and }
/// and        = not { "and" not }
/// not        = { "not" } comparison
/// comparison = sum { ( "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) sum }
/// sum        = product { ( "+" | "-" ) product }
/// product    = signed { ( "*" | "/" ) signed }
/// signed     = { "-" | "+" } atom
/// atom       = number | text | name | "true" | "false" | "(" or ")"
/// </code>
/// </remarks>
internal sealed class ExpressionParser
{
    public const string Pieces = "parameters, numbers, texts in quotes, comparisons, + - * /, and, or, not and parentheses";
    public const int MostCharacters = 4096;
    private const int DeepestNesting = 32;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly List<Token> tokens;
    private int position;
    private int depth;

    private ExpressionParser(List<Token> tokens) => this.tokens = tokens;

    private Token Current => tokens[position];

    /// <exception cref="ExpressionException">The text is not an expression.</exception>
    public static Syntax Parse(string text)
    {
        if (text.Length > MostCharacters)
            throw new ExpressionException(0, $"this rule has {text.Length} characters, but may have at most {MostCharacters}.");

        var parser = new ExpressionParser(Lexer.Tokens(text));
        var whole = parser.Or();
        return parser.Current.Kind == TokenKind.End ? whole : throw parser.Unexpected("an operator such as '==' or 'and'");
    }

    private Syntax Or() => Logic("or", And);

    private Syntax And() => Logic("and", Not);

    private Syntax Logic(string word, Func<Syntax> operand)
    {
        var operands = new List<Syntax> { operand() };
        while (Take(word) is not null)
            operands.Add(operand());
        return operands.Count == 1 ? operands[0] : new LogicSyntax(word, operands);
    }

    private Syntax Not() => Take("not") is { } not
        ? Deeper(not.Start, () => new PrefixSyntax(not.Start, "not", Not()))
        : Comparison();

    private Syntax Comparison()
    {
        var first = Sum();
        var rest = new List<(string, int, Syntax)>();
        while (Take(Comparisons) is { } comparison)
            rest.Add((comparison.Text, comparison.Start, Sum()));
        return rest.Count == 0 ? first : new ComparisonSyntax(first, rest);
    }

    private Syntax Sum() => Arithmetic(Product, "+", "-");

    private Syntax Product() => Arithmetic(Signed, "*", "/");

    private Syntax Arithmetic(Func<Syntax> operand, params string[] operators)
    {
        var left = operand();
        while (Take(operators) is { } taken)
            left = new ArithmeticSyntax(left, taken.Text, taken.Start, operand());
        return left;
    }

    private Syntax Signed() => Take("-", "+") is { } sign
        ? Deeper(sign.Start, () => new PrefixSyntax(sign.Start, sign.Text, Signed()))
        : Atom();

    private Syntax Atom()
    {
        var token = Current;
        switch (token.Kind, token.Text)
        {
            case (TokenKind.Number, _):
                position++;
                return new NumberSyntax(token.Start, token.Text);
            case (TokenKind.Text, _):
                position++;
                return new TextSyntax(token.Start, token.Text);
            case (TokenKind.Name, _):
                position++;
                return new NameSyntax(token.Start, token.Text);
            case (TokenKind.Symbol, "true" or "false"):
                position++;
                return new TruthSyntax(token.Start, token.Text == "true");
            case (TokenKind.Symbol, "("):
                position++;
                var inner = Deeper(token.Start, Or);
                return Take(")") is not null ? inner : throw Unexpected("a closing parenthesis");
            default:
                throw Unexpected("a parameter, a number or a text in quotes");
        }
    }

    private Token? Take(params ReadOnlySpan<string> symbols)
    {
        if (Current.Kind != TokenKind.Symbol || !symbols.Contains(Current.Text))
            return null;
        return tokens[position++];
    }

    private Syntax Deeper(int start, Func<Syntax> inner)
    {
        if (++depth > DeepestNesting)
            throw new ExpressionException(start, $"this is nested more than {DeepestNesting} levels deep; a rule never needs that.");
        var syntax = inner();
        depth--;
        return syntax;
    }

    private ExpressionException Unexpected(string expected) => new(
        Current.Start,
        Current.Kind == TokenKind.End
            ? $"the rule ends here, but {expected} is missing."
            : $"{(Current.Kind == TokenKind.Text ? "the text " : "")}{Wording.Quoted(Current.Text)} is here, but {expected} is expected.");
}
