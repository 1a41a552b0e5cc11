using System.Globalization;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Catalogue;

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
        ParameterKind.Widths => Wording.AnyOf([.. parameter.Words, $"whole numbers with hyphens between them, such as 128-32, each {Bounds(parameter)}"]),
        _ => Number(parameter) + (parameter.Words.Count > 0 ? $", or {Wording.AnyOf(parameter.Words)}" : ""),
    };

    /// <summary>Whether a text is whole numbers with hyphens between them, each within the bounds, as they are written shortest.</summary>
    public static bool AreWidths(Parameter parameter, string text) => text.Split('-').All(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && ParameterValue.Shortest(width) == part
        && BrokenBounds(parameter, width) is null);

    /// <summary>The rule that a recorded value breaks, in words; null when it is one that the parameter takes.</summary>
    public static string? BrokenRule(Parameter parameter, ParameterValue value)
    {
        var isAllowed = value.Number is null && value.Truth is null && parameter.Words.Contains(value.Text) || parameter.Kind switch
        {
            ParameterKind.Integer => value.Number is { } number && double.IsInteger(number) && BrokenBounds(parameter, number) is null,
            ParameterKind.Real => value.Number is { } number && BrokenBounds(parameter, number) is null,
            ParameterKind.Truth => value.Truth is not null,
            ParameterKind.Path => value.Number is null && value.Truth is null && value.Text.Length > 0,
            ParameterKind.Widths => value.Number is null && value.Truth is null && AreWidths(parameter, value.Text),
            _ => false,
        };
        return isAllowed ? null : Values(parameter);
    }

    private static string Number(Parameter parameter)
    {
        var kind = parameter.Kind == ParameterKind.Integer ? "a whole number" : "a number";
        return Bounds(parameter) is { } bounds ? $"{kind}, {bounds}" : kind;
    }
}
