using System.Globalization;

namespace VicRegSweeps.Trials.Gpu;

/// <summary>What a GPU's compiler gets: a file of kernels, after the numbers that the processor's code has too.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Text">The definitions and the kernels.</param>
internal sealed record KernelSource(string Name, string Text)
{
    /// <summary>A file that lies within this assembly.</summary>
    /// <param name="definitions">From <see cref="Define(string, double)"/>.</param>
    public static KernelSource Read(string name, params ReadOnlySpan<string> definitions)
    {
        using var reader = new StreamReader(typeof(KernelSource).Assembly.GetManifestResourceStream(name)!);
        return new KernelSource(name, string.Join('\n', [.. definitions, reader.ReadToEnd()]));
    }

    /// <summary>In float32, with all digits that it takes to read the same number back.</summary>
    public static string Define(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"#define {name} {(float)value:E8}f");

    public static string Define(string name, uint value) => string.Create(CultureInfo.InvariantCulture, $"#define {name} {value}u");

    public static string Define(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"#define {name} {value}");
}
