using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.Bench;

/// <summary>Figures as lines for people; and, where BENCH_FIGURES names a file, as lines of JSON for programs, each as soon as it is known.</summary>
internal static class Figures
{
    /// <param name="name">Such as <c>step/512/trial-steps</c>.</param>
    /// <param name="unit">Such as <c>1/s</c>; empty for ratios and counts.</param>
    public static void Add(string name, double value, string unit = "")
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-48} {value,14:G5} {unit}"));
        if (Environment.GetEnvironmentVariable("BENCH_FIGURES") is { Length: > 0 } file)
            File.AppendAllText(file, JsonSerializer.Serialize(new { name, value = double.IsFinite(value) ? value : (double?)null, unit }) + '\n');
    }
}
