using System.Globalization;
using System.Numerics;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The numbers of an axis that is written as a range. All of them include both ends exactly as given.</summary>
/// <remarks>
/// Linear steps are computed on the decimals that people write, never on binary fractions, so that a third step of
/// 0.1 is 0.3 and not 0.30000000000000004. Geometric steps are irrational in general: they are rounded to
/// <see cref="LogDigits"/> digits, which gives the round numbers where there are any, and the same numbers on every
/// machine whatever its logarithm does in the last place.
/// </remarks>
internal static class GridValues
{
    /// <summary>Significant digits of the inner values of a geometric axis.</summary>
    public const int LogDigits = 12;

    /// <summary>Digits that a quotient is computed to before it is rounded to a double: more than any double needs.</summary>
    private const int GuardDigits = 30;

    /// <summary><paramref name="count"/> numbers at equal distances.</summary>
    /// <param name="count">At least 2.</param>
    public static IEnumerable<double> Linear(double first, double last, int count)
    {
        var (a, b, exponent) = Aligned(first, last);
        var guard = BigInteger.Pow(10, GuardDigits);
        for (var i = 0; i < count; i++)
        {
            var sum = (a * (count - 1 - i)) + (b * i);
            yield return ToDouble(sum * guard / (count - 1), exponent - GuardDigits);
        }
    }

    /// <summary><paramref name="count"/> numbers at equal ratios.</summary>
    /// <param name="first">Greater than 0, as is <paramref name="last"/>.</param>
    /// <param name="count">At least 2.</param>
    public static IEnumerable<double> Log(double first, double last, int count)
    {
        var (a, b) = (Math.Log10(first), Math.Log10(last));
        yield return first;
        for (var i = 1; i < count - 1; i++)
        {
            var share = i / (count - 1.0);
            yield return Rounded(Math.Pow(10, (a * (1 - share)) + (b * share)));
        }

        yield return last;
    }

    /// <summary>How many steps lead from one end to the other, and whether they end there exactly.</summary>
    /// <param name="last">Not less than <paramref name="first"/>.</param>
    /// <param name="step">Greater than 0.</param>
    public static (BigInteger Steps, bool Exactly) StepsBetween(double first, double last, double step)
    {
        var (a, b, exponent) = Aligned(first, last);
        var (difference, width, _) = Aligned((b - a, exponent), Digits(step));
        var steps = BigInteger.DivRem(difference, width, out var rest);
        return (steps, rest.IsZero);
    }

    /// <summary>The first number and those that whole steps lead to.</summary>
    /// <param name="steps">The number of values less one.</param>
    public static IEnumerable<double> Range(double first, double step, int steps)
    {
        var (a, width, exponent) = Aligned(first, step);
        for (var i = 0; i <= steps; i++)
            yield return ToDouble(a + (width * i), exponent);
    }

    /// <summary>The product of two decimals, rounded to the nearest double.</summary>
    public static double Product(double a, double b)
    {
        var (left, right) = (Digits(a), Digits(b));
        return ToDouble(left.Digits * right.Digits, left.Exponent + right.Exponent);
    }

    private static (BigInteger A, BigInteger B, int Exponent) Aligned(double a, double b) => Aligned(Digits(a), Digits(b));

    /// <summary>Two decimals with the smaller of their exponents.</summary>
    private static (BigInteger A, BigInteger B, int Exponent) Aligned((BigInteger Digits, int Exponent) a, (BigInteger Digits, int Exponent) b)
    {
        var exponent = Math.Min(a.Exponent, b.Exponent);
        return (a.Digits * BigInteger.Pow(10, a.Exponent - exponent), b.Digits * BigInteger.Pow(10, b.Exponent - exponent), exponent);
    }

    /// <summary>A double as the shortest decimal that reads back as it: digits × 10^exponent.</summary>
    private static (BigInteger Digits, int Exponent) Digits(double number)
    {
        var parts = ParameterValue.Shortest(number).Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : parts[0].Length - point - 1;
        var exponent = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return (BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), exponent - decimals);
    }

    private static double ToDouble(BigInteger digits, int exponent) =>
        double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digits}E{exponent}"), CultureInfo.InvariantCulture);

    private static double Rounded(double number) =>
        double.Parse(number.ToString($"E{LogDigits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
