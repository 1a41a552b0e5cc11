using System.Globalization;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>One value of one parameter. Two values are equal when they read the same; two paths whose content is known, when that is the same.</summary>
/// <param name="Text">The value in invariant culture; numbers in their shortest round-trip form.</param>
/// <param name="Number">The value as a number; null when it is text or a truth value.</param>
/// <param name="Truth">The value as a truth value; null when it is text or a number.</param>
public sealed record ParameterValue(string Text, double? Number, bool? Truth = null)
{
    /// <summary>A sweep file's <c>null</c>: the parameter is not given. No value of a trial.</summary>
    public static readonly ParameterValue Absent = new("", null);

    public bool IsAbsent => Text.Length == 0;

    /// <summary>
    /// A checksum of what lies at a path, in lower-case hex; null where the value is no path, or where the content does not count, see
    /// <see cref="Parameter.CountsByContent"/>.
    /// </summary>
    public string? Content { get; init; }

    /// <summary>What the value counts as: the content where it is known, else the text.</summary>
    public string Identity => Content ?? Text;

    public static ParameterValue Of(double number) => new(Shortest(number), number == 0 ? 0 : number);

    public static ParameterValue Of(string text) => new(text, null);

    public static ParameterValue Of(bool truth) => new(truth ? "true" : "false", null, truth);

    public static implicit operator ParameterValue(double number) => Of(number);

    public static implicit operator ParameterValue(string text) => Of(text);

    public static implicit operator ParameterValue(bool truth) => Of(truth);

    /// <summary>The shortest text that reads back as the same double, in invariant culture; -0 is 0.</summary>
    public static string Shortest(double number) =>
        (number == 0 ? 0 : number).ToString("R", CultureInfo.InvariantCulture);

    public bool Equals(ParameterValue? other) =>
        other is not null && Identity == other.Identity && Nullable.Equals(Number, other.Number) && Truth == other.Truth;

    public override int GetHashCode() => HashCode.Combine(Identity, Number, Truth);

    /// <summary>The value as a sweep file has it.</summary>
    public override string ToString() => IsAbsent ? "null" : Text;
}
