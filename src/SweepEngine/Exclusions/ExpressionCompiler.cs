using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Exclusions;

/// <summary>Checks that an expression makes sense, and turns it into functions of a point.</summary>
internal sealed class ExpressionCompiler(ParameterCatalogue catalogue, Action<int, string> complain)
{
    /// <summary>Relative distance within which numbers are equal: 0.1 + 0.2 is 0.3, as those who write decimals expect.</summary>
    private const double Equal = 1e-12;

    private bool namesParameter;

    /// <returns>Null when the expression makes no sense, which has been complained about.</returns>
    public Func<TrialSettings, bool?>? Rule(Syntax syntax)
    {
        var rule = Truth(syntax);
        if (rule is not null && !namesParameter)
            complain(syntax.Start, "this rule names no parameter, so it is true of all points or of none.");
        return rule;
    }

    private Func<TrialSettings, bool?>? Truth(Syntax syntax) => Operand(syntax) switch
    {
        null => null,
        { Truth: { } truth } => truth,
        var other => Refuse<Func<TrialSettings, bool?>>(syntax.Start, $"this is {other.Kind}, but must be true or false, such as a comparison."),
    };

    private Func<TrialSettings, double?>? Number(Syntax syntax) => Operand(syntax) switch
    {
        null => null,
        { Number: { } number } => number,
        var other => Refuse<Func<TrialSettings, double?>>(syntax.Start, $"this is {other.Kind}, but must be a number."),
    };

    /// <returns>Null when it makes no sense, which has been complained about.</returns>
    private Operand? Operand(Syntax syntax) => syntax switch
    {
        NumberSyntax number => Literal(number),
        TextSyntax text => new Operand { Word = text.Text, Text = _ => text.Text },
        TruthSyntax truth => new Operand { Truth = _ => truth.Value },
        NameSyntax name => Name(name),
        PrefixSyntax { Operator: "not" } not => Truth(not.Operand) is { } truth ? new Operand { Truth = p => !truth(p) } : null,
        PrefixSyntax sign => Number(sign.Operand) is { } number ? new Operand { Number = sign.Operator == "-" ? p => -number(p) : number } : null,
        ArithmeticSyntax arithmetic => Arithmetic(arithmetic),
        ComparisonSyntax comparison => Comparison(comparison),
        LogicSyntax logic => Logic(logic),
        _ => throw new ArgumentOutOfRangeException(nameof(syntax), syntax, "No such syntax."),
    };

    private Operand? Literal(NumberSyntax syntax)
    {
        if (YamlNumber.Parse(syntax.Text) is not { } number)
            return Refuse<Operand>(syntax.Start, $"{Wording.Quoted(syntax.Text)} is not a number; if it is a text, write it in quotes.");
        if (!double.IsFinite(number))
            return Refuse<Operand>(syntax.Start, $"{Wording.Quoted(syntax.Text)} is too large for a number; if it is a text, write it in quotes.");
        return new Operand { Number = _ => number, IsLiteralNumber = true };
    }

    private Operand? Name(NameSyntax syntax)
    {
        if (!catalogue.TryGet(syntax.Name, out var parameter))
        {
            if (!syntax.Name.Contains('.', StringComparison.Ordinal) && catalogue.Parameters.Any(p => p.Words.Contains(syntax.Name)))
                return new Operand { Word = syntax.Name, Text = _ => syntax.Name };
            var names = catalogue.Parameters.SelectMany(p => p.Words.Prepend(p.Name));
            if (syntax.Name is "seed" or "seeds")
                return Refuse<Operand>(syntax.Start, $"unknown name '{syntax.Name}'; this is about points, and all points have the same seeds.");
            var end = Wording.DidYouMean(syntax.Name, names, "a parameter has a dotted name such as 'loss.epsilon', and a text stands in quotes.");
            return Refuse<Operand>(syntax.Start, $"unknown name {Wording.Quoted(syntax.Name)}{end}");
        }

        namesParameter = true;
        if (parameter.IsIncidental)
            return Refuse<Operand>(syntax.Start, $"'{parameter.Name}' says {parameter.WhatItSays} and not what it is, so no rule can depend on it.");
        var index = catalogue.IndexOf(parameter.Name);
        return parameter.Kind switch
        {
            ParameterKind.Truth => new Operand { Parameter = parameter, Truth = p => p[index]?.Truth },
            ParameterKind.Word or ParameterKind.Path or ParameterKind.Widths => new Operand { Parameter = parameter, Text = p => p[index]?.Text },
            _ when parameter.Words.Count > 0 => new Operand { Parameter = parameter, Number = p => p[index]?.Number, Text = p => p[index]?.Text },
            _ => new Operand { Parameter = parameter, Number = p => p[index]?.Number },
        };
    }

    private Operand? Arithmetic(ArithmeticSyntax syntax)
    {
        var (left, right) = (Number(syntax.Left), Number(syntax.Right));
        if (left is null || right is null)
            return null;
        return new Operand
        {
            Number = syntax.Operator switch
            {
                "+" => p => Finite(left(p) + right(p)),
                "-" => p => Finite(left(p) - right(p)),
                "*" => p => Finite(left(p) * right(p)),
                _ => p => Finite(left(p) / right(p)),
            },
        };
    }

    private Operand? Logic(LogicSyntax syntax)
    {
        // All operands are looked at, so that everything that is wrong is found.
        var operands = syntax.Operands.Select(Truth).ToArray();
        if (operands.Contains(null))
            return null;
        var deciding = syntax.Operator == "or";
        return new Operand
        {
            Truth = p =>
            {
                bool? result = !deciding;
                foreach (var operand in operands)
                {
                    var value = operand!(p);
                    if (value == deciding)
                        return deciding;
                    if (value is null)
                        result = null;
                }

                return result;
            },
        };
    }

    private Operand? Comparison(ComparisonSyntax syntax)
    {
        var operands = syntax.Rest.Select(r => r.Operand).Prepend(syntax.First).Select(Operand).ToArray();
        var links = new List<Func<TrialSettings, bool?>>();
        foreach (var (i, (symbol, at, _)) in syntax.Rest.Index())
        {
            if (operands[i] is { } left && operands[i + 1] is { } right && Comparison(left, symbol, at, right) is { } link)
                links.Add(link);
        }

        if (links.Count < syntax.Rest.Count)
            return null;
        if (links.Count == 1)
            return new Operand { Truth = links[0] };
        return new Operand { Truth = p => links.Aggregate((bool?)true, (all, link) => all & link(p)) };
    }

    private Func<TrialSettings, bool?>? Comparison(Operand left, string symbol, int at, Operand right)
    {
        if (symbol is "==" or "!=")
        {
            var equality = Equality(left, at, right);
            return symbol == "==" || equality is null ? equality : p => !equality(p);
        }

        if (left.Number is not { } a || right.Number is not { } b)
            return Refuse<Func<TrialSettings, bool?>>(at, $"'{symbol}' compares numbers, but its sides are {left.Kind} and {right.Kind}.");
        Func<int, bool> holds = symbol switch
        {
            "<" => order => order < 0,
            "<=" => order => order <= 0,
            ">" => order => order > 0,
            _ => order => order >= 0,
        };
        return p => Compare(a(p), b(p)) is { } order ? holds(order) : null;
    }

    private Func<TrialSettings, bool?>? Equality(Operand left, int at, Operand right)
    {
        if ((left.Parameter ?? right.Parameter) is { } parameter && (left.Word ?? right.Word) is { } word && !IsPossible(parameter, word, at))
            return null;
        if (left.Word is null && right.Word is null && left.Number is { } a && right.Number is { } b)
            return p => Compare(a(p), b(p)) is { } order ? order == 0 : IsWord(left, p) || IsWord(right, p) ? false : null;
        if (left.Text is { } s && right.Text is { } t)
            return p => (s(p), t(p)) is ({ } x, { } y) ? x == y : null;
        if (left.Truth is { } u && right.Truth is { } v)
            return p => (u(p), v(p)) is ({ } x, { } y) ? x == y : null;
        var needsQuotes = (IsAnyText(left) && right.IsLiteralNumber) || (IsAnyText(right) && left.IsLiteralNumber);
        return Refuse<Func<TrialSettings, bool?>>(
            at, $"{left.Kind} and {right.Kind} can never be equal{(needsQuotes ? "; if the number is a text, write it in quotes" : "")}.");
    }

    private static bool IsAnyText(Operand operand) => operand.Parameter is { } parameter && IsAnyText(parameter);

    /// <summary>Whether its texts are more than its words.</summary>
    private static bool IsAnyText(Parameter parameter) => parameter.Kind is ParameterKind.Path or ParameterKind.Widths;

    /// <summary>Whether a parameter can ever be the word that it is compared with.</summary>
    private bool IsPossible(Parameter parameter, string word, int at)
    {
        if (parameter.Words.Contains(word) || IsAnyText(parameter))
            return true;
        var near = Spelling.Nearest(word, parameter.Words);
        complain(at, $"'{parameter.Name}' is never {Wording.Quoted(word)}; it is {Allowed.Values(parameter)}{(near is null ? "." : $"; did you mean '{near}'?")}");
        return false;
    }

    /// <summary>Whether a parameter that takes numbers and words is a word in this point.</summary>
    private static bool IsWord(Operand operand, TrialSettings point) => operand.Number!(point) is null && operand.Text?.Invoke(point) is not null;

    /// <returns>The sign of a − b; null where one is not there.</returns>
    private static int? Compare(double? a, double? b)
    {
        if (a is not { } x || b is not { } y)
            return null;
        return Math.Abs(x - y) <= Equal * Math.Max(Math.Abs(x), Math.Abs(y)) ? 0 : x.CompareTo(y);
    }

    private static double? Finite(double? number) => number is { } n && double.IsFinite(n) ? n : null;

    private T? Refuse<T>(int at, string sentence)
        where T : class
    {
        complain(at, sentence);
        return null;
    }
}

/// <summary>A part of an expression as functions of a point. One that can be a number or a word has both.</summary>
internal sealed record Operand
{
    /// <summary>The parameter that it is; null when it is anything else.</summary>
    public Parameter? Parameter { get; init; }

    /// <summary>The word or text that it always is; null when it is anything else.</summary>
    public string? Word { get; init; }

    public Func<TrialSettings, double?>? Number { get; init; }

    /// <summary>Whether it is a number that was written so.</summary>
    public bool IsLiteralNumber { get; init; }

    public Func<TrialSettings, string?>? Text { get; init; }

    public Func<TrialSettings, bool?>? Truth { get; init; }

    /// <summary>What it is, for a message.</summary>
    public string Kind => Parameter is { } parameter ? $"'{parameter.Name}'" : Number is not null ? "a number" : Text is not null ? "a text" : "true or false";
}
