#pragma warning disable RS0030 // Whoever asks for the scalar disposes of it.

using TorchSharp;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>A whole or a real number on its way to libtorch, which treats the two differently: whole numbers leave integer tensors what they are.</summary>
/// <remarks>A value of its own, because TorchSharp's scalar can be collected while libtorch reads it: see <see cref="TensorArithmetic"/>.</remarks>
internal readonly struct Number
{
    private readonly double real;
    private readonly long whole;
    private readonly bool isWhole;

    private Number(double real, long whole, bool isWhole) => (this.real, this.whole, this.isWhole) = (real, whole, isWhole);

    public static implicit operator Number(double real) => new(real, 0, isWhole: false);

    public static implicit operator Number(long whole) => new(0, whole, isWhole: true);

    /// <summary>The scalar, for the caller to dispose of once libtorch has read it.</summary>
    public Scalar ToScalar() => isWhole ? whole.ToScalar() : real.ToScalar();
}
