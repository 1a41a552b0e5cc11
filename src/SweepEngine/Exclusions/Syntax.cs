namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>An expression as it is written, not yet known to make sense.</summary>
/// <param name="Start">Where it begins in the text, from 0.</param>
internal abstract record Syntax(int Start);

internal sealed record NumberSyntax(int Start, string Text) : Syntax(Start);

internal sealed record TextSyntax(int Start, string Text) : Syntax(Start);

internal sealed record TruthSyntax(int Start, bool Value) : Syntax(Start);

/// <param name="Name">A parameter's, or a word.</param>
internal sealed record NameSyntax(int Start, string Name) : Syntax(Start);

/// <param name="Operator"><c>-</c>, <c>+</c> or <c>not</c>.</param>
internal sealed record PrefixSyntax(int Start, string Operator, Syntax Operand) : Syntax(Start);

/// <param name="Operator"><c>+ - * /</c></param>
/// <param name="OperatorStart">Where the operator stands.</param>
internal sealed record ArithmeticSyntax(Syntax Left, string Operator, int OperatorStart, Syntax Right) : Syntax(Left.Start);

/// <summary><c>a &lt; b</c>, or a chain of comparisons such as <c>a &lt; b &lt;= c</c>, which all must hold.</summary>
internal sealed record ComparisonSyntax(Syntax First, IReadOnlyList<(string Operator, int OperatorStart, Syntax Operand)> Rest) : Syntax(First.Start);

/// <param name="Operator"><c>and</c> or <c>or</c>.</param>
/// <param name="Operands">At least two.</param>
internal sealed record LogicSyntax(string Operator, IReadOnlyList<Syntax> Operands) : Syntax(Operands[0].Start);
