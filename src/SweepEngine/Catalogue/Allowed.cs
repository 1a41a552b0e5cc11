namespace VicRegSweeps.SweepEngine;

/// <summary>What values a parameter takes: asked by the reader of sweep files, and said by messages and documents.</summary>
public static class Allowed
{
    /// <summary>The rule that a number breaks, in words, such as <c>at least 1</c>; null when it is within its bounds.</summary>
    /// <remarks>Whole numbers must fit 32 bits, which is not worth saying until one does not.</remarks>
    public static string? BrokenBounds(Parameter parameter, double number)
    {
        if (number < parameter.Minimum || (parameter.ExclusiveMinimum && number == parameter.Minimum)
            || number > parameter.Maximum || (parameter.ExclusiveMaximum && number == parameter.Maximum))
            return Bounds(parameter);
        if (parameter.Kind == ParameterKind.Integer && Math.Abs(number) > int.MaxValue)
            return $"from {ParameterValue.Shortest(parameter.Minimum ?? -int.MaxValue)} to {int.MaxValue}";
        return null;
    }

    /// <summary>The bounds in words, such as <c>greater than 0 and at most 1</c>; null when there are none.</summary>
    public static string? Bounds(Parameter parameter)
    {
        var low = parameter.Minimum is { } minimum
            ? $"{(parameter.ExclusiveMinimum ? "greater than" : "at least")} {ParameterValue.Shortest(minimum)}"
            : null;
        var high = parameter.Maximum is { } maximum
            ? $"{(parameter.ExclusiveMaximum ? "less than" : "at most")} {ParameterValue.Shortest(maximum)}"
            : null;
        return low is null ? high : high is null ? low : $"{low} and {high}";
    }

    /// <summary>All that is allowed, in words, such as <c>a whole number, at least 1, or stream</c>.</summary>
    public static string Values(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Truth => "true or false",
        ParameterKind.Word => Wording.AnyOf(parameter.Words),
        ParameterKind.Path => Wording.AnyOf([.. parameter.Words, "a path"]),
        _ => Number(parameter) + (parameter.Words.Count > 0 ? $", or {Wording.AnyOf(parameter.Words)}" : ""),
    };

    private static string Number(Parameter parameter)
    {
        var kind = parameter.Kind == ParameterKind.Integer ? "a whole number" : "a number";
        return Bounds(parameter) is { } bounds ? $"{kind}, {bounds}" : kind;
    }
}
