using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>
/// The tensor operations that take a number, under TorchSharp's names in Pascal case, with one difference: the number stays alive
/// until libtorch has read it.
/// </summary>
/// <remarks>
/// TorchSharp hands libtorch the address of a <see cref="Scalar"/> and then holds the scalar no longer. A collection at that
/// moment frees it, and libtorch reads freed memory: it throws at random, or takes another number. Here every scalar is either
/// disposed of after the call or kept for ever. What would make a scalar anywhere else is in BannedSymbols.txt and does not compile.
/// https://github.com/dotnet/TorchSharp/pull/1434
/// </remarks>
internal static class TensorArithmetic
{
    // What TorchSharp multiplies the second summand with, and the exponent of a square: made once, which is also quicker.
    private static readonly Scalar One = 1L.ToScalar();
    private static readonly Scalar Two = 2L.ToScalar();

    public static Tensor Add(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Add_(this Tensor x, Tensor y) => x.add_(y, One);

    public static Tensor Add_(this Tensor x, Tensor y, Number alpha)
    {
        using var scalar = alpha.ToScalar();
        return x.add_(y, scalar);
    }

    // TorchSharp would also make a tensor of the number, hence the priority.
    [OverloadResolutionPriority(1)]
    public static Tensor Add(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.add(scalar, One);
    }

    [OverloadResolutionPriority(1)]
    public static Tensor Add_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.add_(scalar, One);
    }

    public static Tensor Sub_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.sub_(scalar);
    }

    public static Tensor Mul(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.mul(scalar);
    }

    public static Tensor Mul_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.mul_(scalar);
    }

    public static Tensor Div(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.div(scalar);
    }

    public static Tensor Div_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.div_(scalar);
    }

    /// <summary>x + value · y · z, in place.</summary>
    public static Tensor Addcmul_(this Tensor x, Tensor y, Tensor z, Number value)
    {
        using var scalar = value.ToScalar();
        return x.addcmul_(y, z, scalar);
    }

    public static Tensor Square(this Tensor x) => x.pow(Two);

    public static Tensor Fill_(this Tensor x, Number value)
    {
        using var scalar = value.ToScalar();
        return x.fill_(scalar);
    }

    public static Tensor Eq(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.eq(scalar);
    }

    public static Tensor Ge(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.ge(scalar);
    }

    public static Tensor Gt(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.gt(scalar);
    }
}
