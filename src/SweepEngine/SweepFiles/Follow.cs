using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>A parameter that takes its value from another: <c>{of: loss.weight, times: 0.5}</c>.</summary>
/// <param name="Parameter">The one that follows.</param>
/// <param name="Leader">The one that is followed.</param>
/// <param name="Times">What its number is multiplied with; null: its value is taken as it is, also where it is a word.</param>
/// <param name="At">Where the file says so.</param>
internal sealed record Follow(Parameter Parameter, Parameter Leader, double? Times, Place At)
{
    /// <summary>Such as <c>0.5 × loss.weight</c>.</summary>
    public string Origin => Times is { } times ? $"{ParameterValue.Shortest(times)} × {Leader.Name}" : Leader.Name;

    /// <summary>What the parameter is where the leader has a value.</summary>
    /// <returns>Null when it is not allowed, which has been complained about.</returns>
    public ParameterValue? Of(ParameterValue leading, Complaints complaints)
    {
        var name = Parameter.Name;
        if (leading.IsAbsent) return Refuse($"'{name}' follows '{Leader.Name}', which is null in the file.");
        if (Times is { } factor && leading.Number is null)
            return Refuse($"'{name}' is {ParameterValue.Shortest(factor)} times '{Leader.Name}', which is '{leading}' and no number.");

        var value = Times is { } times ? GridValues.Product(leading.Number!.Value, times) : leading;
        var how = Times is null ? $"like '{Leader.Name}'" : $"{ParameterValue.Shortest(Times.Value)} times '{Leader.Name}', which is {leading}";
        return Allowed.BrokenRule(Parameter, value) is { } rule ? Refuse($"'{name}' would be {value}, {how}, but must be {rule}.") : value;

        ParameterValue? Refuse(string sentence)
        {
            complaints.Add(At, sentence);
            return null;
        }
    }
}
