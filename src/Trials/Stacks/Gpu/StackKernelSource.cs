using System.Globalization;

namespace VicRegSweeps.Trials;

/// <summary>What a GPU's compiler gets: <c>StackKernels.cu</c>, after the numbers that the processor's step has too.</summary>
internal static class StackKernelSource
{
    public const string Name = "StackKernels.cu";

    /// <summary>The definitions and the kernels.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var reader = new StreamReader(typeof(StackKernelSource).Assembly.GetManifestResourceStream(Name)!);
        return string.Join(
            '\n',
            Define("BETA1", StackAdam.Beta1),
            Define("BETA2", StackAdam.Beta2),
            Define("REST1", 1 - StackAdam.Beta1),
            Define("REST2", 1 - StackAdam.Beta2),
            Define("ADAM_EPSILON", StackAdam.Epsilon),
            Define("NORM_EPSILON", BatchNormRow.Epsilon),
            Define("NORM_MOMENTUM", BatchNormRow.Momentum),
            Define("MULTIPLIER1", CounterRandom.Multiplier1),
            Define("MULTIPLIER2", CounterRandom.Multiplier2),
            reader.ReadToEnd());
    }

    /// <summary>In float32, with all digits that it takes to read the same number back.</summary>
    private static string Define(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"#define {name} {(float)value:E8}f");

    private static string Define(string name, uint value) => string.Create(CultureInfo.InvariantCulture, $"#define {name} {value}u");
}
