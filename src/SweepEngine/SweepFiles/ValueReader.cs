using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads one value of one parameter, or complains of it.</summary>
internal sealed class ValueReader(Complaints complaints)
{
    /// <summary>A value, or <see cref="ParameterValue.Absent"/> where <c>null</c> stands and the parameter may be absent.</summary>
    /// <remarks>A parameter that has a default may be absent only where it does nothing; plans check that for every point.</remarks>
    /// <returns>Null when the value is not allowed.</returns>
    public ParameterValue? ReadOrAbsent(Parameter parameter, YamlNode node) =>
        node is YamlScalar { IsNull: true, Text.Length: > 0 } && (parameter.Default is null || parameter.ActiveWhen is not null)
            ? ParameterValue.Absent
            : Read(parameter, node);

    /// <returns>Null when the value is not allowed.</returns>
    public ParameterValue? Read(Parameter parameter, YamlNode node)
    {
        if (node is not YamlScalar scalar)
            return Refuse(parameter, node, $"is {node.Kind}, but must be {Allowed.Values(parameter)}");
        if (scalar.IsNull)
            return Refuse(parameter, node, $"has no value; it must be {Allowed.Values(parameter)}");
        if (parameter.Words.Contains(scalar.Text))
            return ParameterValue.Of(scalar.Text);

        return parameter.Kind switch
        {
            ParameterKind.Integer or ParameterKind.Real => Number(parameter, scalar),
            ParameterKind.Truth => Truth(parameter, scalar),
            ParameterKind.Path when scalar.Text.Length > 0 => ParameterValue.Of(scalar.Text),
            ParameterKind.Widths when Allowed.AreWidths(parameter, scalar.Text) => ParameterValue.Of(scalar.Text),
            _ => Unknown(parameter, scalar),
        };
    }

    private ParameterValue? Number(Parameter parameter, YamlScalar scalar)
    {
        if (YamlNumber.Parse(scalar.Text) is not { } number)
            return Unknown(parameter, scalar);
        if (!scalar.IsPlain)
            return Refuse(parameter, scalar, $"is the text {Wording.Quoted(scalar.Text)}, but must be a number; leave out the quotes");
        if (!double.IsFinite(number))
            return Refuse(parameter, scalar, $"is {Shown(scalar)}, but must be a finite number");
        if (parameter.Kind == ParameterKind.Integer && !double.IsInteger(number))
            return Refuse(parameter, scalar, $"is {Shown(scalar)}, but must be a whole number");
        if (Allowed.BrokenBounds(parameter, number) is { } rule)
            return Refuse(parameter, scalar, $"is {Shown(scalar)}, but must be {rule}");
        return ParameterValue.Of(number);
    }

    private ParameterValue? Truth(Parameter parameter, YamlScalar scalar) => scalar switch
    {
        { IsPlain: true, Text: "true" or "True" or "TRUE" } => ParameterValue.Of(true),
        { IsPlain: true, Text: "false" or "False" or "FALSE" } => ParameterValue.Of(false),
        _ => Unknown(parameter, scalar),
    };

    private ParameterValue? Unknown(Parameter parameter, YamlScalar scalar)
    {
        var near = Spelling.Nearest(scalar.Text, parameter.Words);
        return Refuse(
            parameter,
            scalar,
            $"is {Wording.Quoted(scalar.Text)}, but must be {Allowed.Values(parameter)}{(near is null ? "" : $"; did you mean '{near}'?")}");
    }

    private ParameterValue? Refuse(Parameter parameter, YamlNode node, string why)
    {
        complaints.Add(node.At, $"'{parameter.Name}' {why}{(why.EndsWith('?') ? "" : ".")}");
        return null;
    }

    /// <summary>A number as it was written, without quotes.</summary>
    private static string Shown(YamlScalar scalar) => Wording.Quoted(scalar.Text).Trim('\'');
}
