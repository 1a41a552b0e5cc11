using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Randomness;

/// <summary>Random tensors without a generator: element i depends on the key and i alone.</summary>
/// <remarks>
/// The same numbers come out on every device and with every thread count, and a checkpoint need hold no generator state.
/// On the processor the mixing is vectorized C#, because torch's own random numbers come from one scalar thread;
/// elsewhere it is the same integer arithmetic as tensor operations.
/// </remarks>
public static class CounterRandom
{
    // lowbias32: the 32-bit mixer of least known bias with two multiplications. https://github.com/skeeto/hash-prospector
    internal const uint Multiplier1 = 0x7FEB352D;
    internal const uint Multiplier2 = 0x846CA68B;

    private const int ElementsPerTask = 1 << 16;

    /// <summary>Uniform in [0, 1) in steps of 2⁻²⁴, float32.</summary>
    /// <param name="shape">Of the result; at most 2³¹ − 1 elements.</param>
    public static Tensor Uniform(ulong key, long[] shape, Device device)
    {
        if (device.type != DeviceType.CPU)
            return UniformByTensorOperations(key, shape, device);

        var result = empty(shape, ScalarType.Float32);
        InParallel(result, (values, start) => FillUniform(key, values, start));
        return result;
    }

    /// <summary>Standard normal, float32, computed on the processor in double precision (Box–Muller) and moved to the device.</summary>
    /// <param name="shape">Of the result; at most 2³⁰ elements.</param>
    public static Tensor Normal(ulong key, long[] shape, Device device)
    {
        var result = empty(shape, ScalarType.Float32);
        InParallel(result, (values, start) => FillNormal(key, values, start));
        if (device.type == DeviceType.CPU)
            return result;
        using (result)
            return result.to(device);
    }

    /// <summary><see cref="Uniform"/> as integer tensor operations, for devices that C# cannot write to.</summary>
    /// <remarks>int32 products wrap around, and a right shift copies the sign, hence the masks.</remarks>
    public static Tensor UniformByTensorOperations(ulong key, long[] shape, Device device)
    {
        using var scope = NewDisposeScope();
        var (first, second) = Keys(key);
        var x = TensorArithmetic.Arange(shape.Aggregate(1L, (product, size) => product * size), ScalarType.Int32, device); // [n]
        x.bitwise_xor_(Word(first));
        MixInPlace(x);
        x.Add_((int)second);
        MixInPlace(x);
        return ShiftRight(x, 8).to_type(ScalarType.Float32).Mul_(1f / (1 << 24)).reshape(shape).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What dropout multiplies with, transposed: element (column, row) is 0 where element (row, column) of the
    /// <see cref="Uniform"/> numbers [rows, columns] is below p, and 1/(1 − p) elsewhere.
    /// </summary>
    /// <param name="p">At least 0 and below 1.</param>
    /// <param name="factors">[columns, rows], filled.</param>
    public static void FillKeepFactors<T>(ulong key, double p, int columns, int rows, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (first, second) = Keys(key);
        var factor = T.CreateChecked(1 / (1 - p));
        var kept = new Vector<float>(float.CreateChecked(factor));
        var lanes = Vector<uint>.Count;
        var stride = new Vector<uint>((uint)(lanes * columns));
        for (var column = 0; column < columns; column++)
        {
            var line = factors.Slice(column * rows, rows);
            var row = 0;
            if (typeof(T) == typeof(float))
            {
                var counter = Vector.CreateSequence((uint)column, (uint)columns);
                for (var vectors = MemoryMarshal.Cast<T, Vector<float>>(line); row < vectors.Length; row++, counter += stride)
                {
                    var x = Mix(Mix(counter ^ new Vector<uint>(first)) + new Vector<uint>(second));
                    var isKept = Vector.GreaterThanOrEqual(Vector.ConvertToSingle(Vector.AsVectorInt32(x >> 8)) * (1f / (1 << 24)),
                        new Vector<float>((float)p));
                    vectors[row] = Vector.ConditionalSelect(isKept, kept, Vector<float>.Zero);
                }

                row *= lanes;
            }

            for (; row < rows; row++)
            {
                var uniform = (Bits(first, second, (uint)((row * columns) + column)) >> 8) * (1f / (1 << 24));
                line[row] = uniform >= (float)p ? factor : T.Zero;
            }
        }
    }

    /// <summary>The two words that a key comes to, for those who mix the same numbers on a device.</summary>
    internal static int[] Words(ulong key)
    {
        var (first, second) = Keys(key);
        return [unchecked((int)first), unchecked((int)second)];
    }

    private delegate void Fill(Span<float> values, int start);

    private static unsafe void InParallel(Tensor result, Fill fill)
    {
        var count = checked((int)result.NumberOfElements);
        if (count == 0)
            return;
        var tasks = (count + ElementsPerTask - 1) / ElementsPerTask;
        if (tasks == 1)
        {
            fill(MemoryMarshal.Cast<byte, float>(result.bytes), 0);
            return;
        }

        fixed (byte* bytes = result.bytes)
        {
            var values = (nint)bytes;
            Parallel.For(0, tasks, task =>
            {
                var start = task * ElementsPerTask;
                fill(new Span<float>((float*)values + start, Math.Min(ElementsPerTask, count - start)), start);
            });
        }
    }

    private static void FillUniform(ulong key, Span<float> values, int start)
    {
        var (first, second) = Keys(key);
        var lanes = Vector<uint>.Count;
        var counter = Vector.CreateSequence((uint)start, 1u);
        var i = 0;
        for (; i <= values.Length - lanes; i += lanes, counter += new Vector<uint>((uint)lanes))
        {
            var x = Mix(Mix(counter ^ new Vector<uint>(first)) + new Vector<uint>(second));
            (Vector.ConvertToSingle(Vector.AsVectorInt32(x >> 8)) * (1f / (1 << 24))).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
            values[i] = (Bits(first, second, (uint)(start + i)) >> 8) * (1f / (1 << 24));
    }

    private static void FillNormal(ulong key, Span<float> values, int start)
    {
        var (first, second) = Keys(key);
        for (var i = 0; i < values.Length; i++)
        {
            // Elements 2p and 2p + 1 are the two halves of pair p, which the counters 2p and 2p + 1 decide.
            var even = (uint)(start + i) & ~1u;
            var radius = Math.Sqrt(-2 * Math.Log((Bits(first, second, even) + 0.5) / 4294967296.0));
            var angle = 2 * Math.PI * Bits(first, second, even + 1) / 4294967296.0;
            values[i] = (float)(radius * (((start + i) & 1) == 0 ? Math.Cos(angle) : Math.Sin(angle)));
        }
    }

    private static (uint First, uint Second) Keys(ulong key)
    {
        var mixed = SplitMix64.Mix(key);
        return ((uint)mixed, (uint)(mixed >> 32));
    }

    private static uint Bits(uint first, uint second, uint counter) => Mix(Mix(counter ^ first) + second);

    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * Multiplier1;
        x = (x ^ (x >> 15)) * Multiplier2;
        return x ^ (x >> 16);
    }

    private static Vector<uint> Mix(Vector<uint> x)
    {
        x = (x ^ (x >> 16)) * Multiplier1;
        x = (x ^ (x >> 15)) * Multiplier2;
        return x ^ (x >> 16);
    }

    private static void MixInPlace(Tensor x)
    {
        x.bitwise_xor_(ShiftRight(x, 16)).Mul_((int)Multiplier1);
        x.bitwise_xor_(ShiftRight(x, 15)).Mul_(unchecked((int)Multiplier2));
        x.bitwise_xor_(ShiftRight(x, 16));
    }

    private static Tensor ShiftRight(Tensor x, int bits) =>
        x.bitwise_right_shift(Word((uint)bits)).bitwise_and_(Word(uint.MaxValue >> bits));

    /// <summary>A number without dimensions on the processor: an operation on another device takes it along, and nothing is copied there.</summary>
    private static Tensor Word(uint value) => tensor(unchecked((int)value), ScalarType.Int32);
}
