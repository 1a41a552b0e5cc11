#pragma warning disable RS0030 // This is where scalars are kept alive.

using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Arrays;

/// <summary>
/// The tensor operations that take a number, under TorchSharp's names in Pascal case, with one difference: the number stays alive
/// until libtorch has read it.
/// </summary>
/// <remarks>
/// TorchSharp hands libtorch the address of a scalar and then holds it no longer. A collection at that
/// moment frees it, and libtorch reads freed memory: it throws at random, or takes another number. Here every scalar is either
/// disposed of after the call or kept for ever. What would make a scalar anywhere else is in BannedSymbols.txt and does not compile.
/// https://github.com/dotnet/TorchSharp/pull/1434
/// </remarks>
internal static class TensorArithmetic
{
    // Where a range begins; what TorchSharp multiplies a second summand with; the exponent of a square. Kept ones are quicker, too.
    private static readonly Scalar Zero = 0L.ToScalar();
    private static readonly Scalar One = 1L.ToScalar();
    private static readonly Scalar Two = 2L.ToScalar();

    /// <summary>0, 1, … count − 1.</summary>
    /// <param name="device">The processor when null.</param>
    public static Tensor Arange(long count, ScalarType type = ScalarType.Int64, Device? device = null)
    {
        using var stop = count.ToScalar();
        return arange(Zero, stop, One, type, device);
    }

    /// <summary>A tensor of x's shape, type and device, full of one number.</summary>
    public static Tensor FullLike(Tensor x, Number value)
    {
        using var scalar = value.ToScalar();
        return full_like(x, scalar);
    }

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

    public static Tensor Sub(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.sub(scalar);
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

    public static Tensor Remainder(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.remainder(scalar);
    }

    public static Tensor Remainder_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.remainder_(scalar);
    }

    public static Tensor Fill_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.fill_(scalar);
    }

    public static Tensor Eq(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.eq(scalar);
    }

    public static Tensor Ne(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.ne(scalar);
    }

    public static Tensor Lt(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.lt(scalar);
    }

    public static Tensor Le(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.le(scalar);
    }

    public static Tensor Gt(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.gt(scalar);
    }

    public static Tensor Ge(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.ge(scalar);
    }

    public static Tensor ClampMin(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.clamp_min(scalar);
    }

    public static Tensor ClampMin_(this Tensor x, Number y)
    {
        using var scalar = y.ToScalar();
        return x.clamp_min_(scalar);
    }

    public static Tensor Clamp_(this Tensor x, Number least, Number most)
    {
        using var min = least.ToScalar();
        using var max = most.ToScalar();
        return x.clamp_(min, max);
    }

    public static Tensor Square(this Tensor x) => x.pow(Two);

    /// <summary>x + value · y · z, in place.</summary>
    public static Tensor Addcmul_(this Tensor x, Tensor y, Tensor z, Number value)
    {
        using var scalar = value.ToScalar();
        return x.addcmul_(y, z, scalar);
    }
}
