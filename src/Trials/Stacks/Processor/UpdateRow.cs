using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>One trial's step of an optimizer in a single pass over its parameters. The same formulas as <see cref="IStackOptimizer"/>'s.</summary>
internal static class UpdateRow
{
    /// <inheritdoc cref="StackAdam"/>
    /// <param name="step">From 1.</param>
    public static void Adam<T>(
        Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> mean, Span<T> square, double rate, double weightDecay, long step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (beta1, beta2) = (T.CreateChecked(StackAdam.Beta1), T.CreateChecked(StackAdam.Beta2));
        var (rest1, rest2) = (T.CreateChecked(1 - StackAdam.Beta1), T.CreateChecked(1 - StackAdam.Beta2));
        var decay = T.CreateChecked(weightDecay);
        var epsilon = T.CreateChecked(StackAdam.Epsilon);
        var pace = T.CreateChecked(rate / (1 - Math.Pow(StackAdam.Beta1, step)));
        var root = T.CreateChecked(1 / Math.Sqrt(1 - Math.Pow(StackAdam.Beta2, step)));

        var p = MemoryMarshal.Cast<T, Vector<T>>(parameters);
        var g = MemoryMarshal.Cast<T, Vector<T>>(gradients);
        var m = MemoryMarshal.Cast<T, Vector<T>>(mean);
        var v = MemoryMarshal.Cast<T, Vector<T>>(square);
        for (var i = 0; i < p.Length; i++)
        {
            var gradient = g[i] + (p[i] * decay);
            m[i] = (m[i] * beta1) + (gradient * rest1);
            v[i] = (v[i] * beta2) + (gradient * gradient * rest2);
            p[i] -= m[i] * pace / ((Vector.SquareRoot(v[i]) * root) + new Vector<T>(epsilon));
        }

        for (var i = p.Length * Vector<T>.Count; i < parameters.Length; i++)
        {
            var gradient = gradients[i] + (parameters[i] * decay);
            mean[i] = (mean[i] * beta1) + (gradient * rest1);
            square[i] = (square[i] * beta2) + (gradient * gradient * rest2);
            parameters[i] -= mean[i] * pace / ((T.Sqrt(square[i]) * root) + epsilon);
        }
    }

    /// <inheritdoc cref="StackSgd"/>
    /// <param name="scale">What the gradient, weight decay included, is multiplied with first.</param>
    public static void Sgd<T>(
        Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> velocity, double rate, double momentum, double weightDecay, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (pace, keep, decay) = (T.CreateChecked(rate), T.CreateChecked(momentum), T.CreateChecked(weightDecay));
        var p = MemoryMarshal.Cast<T, Vector<T>>(parameters);
        var g = MemoryMarshal.Cast<T, Vector<T>>(gradients);
        var v = MemoryMarshal.Cast<T, Vector<T>>(velocity);
        for (var i = 0; i < p.Length; i++)
        {
            v[i] = (v[i] * keep) + ((g[i] + (p[i] * decay)) * scale);
            p[i] -= v[i] * pace;
        }

        for (var i = p.Length * Vector<T>.Count; i < parameters.Length; i++)
        {
            velocity[i] = (velocity[i] * keep) + ((gradients[i] + (parameters[i] * decay)) * scale);
            parameters[i] -= velocity[i] * pace;
        }
    }

    /// <inheritdoc cref="StackLars"/>
    public static void Lars<T>(
        StackLayout layout, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> velocity, double rate, double momentum, double weightDecay,
        double eta, bool isClipped)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var segment in layout.Parameters)
        {
            var (offset, length) = ((int)segment.Offset, (int)segment.Length);
            var p = parameters.Slice(offset, length);
            var g = gradients.Slice(offset, length);
            var isLayer = segment.Shape.Length > 1;
            var decay = isLayer ? weightDecay : 0;
            Sgd(p, g, velocity.Slice(offset, length), rate, momentum, decay, isLayer ? Trust(p, g, decay, eta, isClipped ? rate : null) : T.One);
        }
    }

    /// <summary>η times the layer's norm over its gradient's, weight decay included; 1 where either is zero.</summary>
    /// <param name="clippedBy">The learning rate, which the result is divided by before it is held at 1; null where it is not clipped.</param>
    private static T Trust<T>(ReadOnlySpan<T> layer, ReadOnlySpan<T> gradient, double decay, double eta, double? clippedBy)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layerNorm = TensorPrimitives.Norm(layer);
        var gradientNorm = NormOfDecayed(layer, gradient, T.CreateChecked(decay));
        if (!(layerNorm > T.Zero && gradientNorm > T.Zero)) return T.One;

        var trust = T.CreateChecked(eta) * layerNorm / gradientNorm;
        return clippedBy is { } rate ? T.Min(trust / T.CreateChecked(rate), T.One) : trust;
    }

    /// <summary>‖gradient + decay · layer‖, without writing it down: a first layer has 65,536 numbers, at every step of every trial.</summary>
    private static T NormOfDecayed<T>(ReadOnlySpan<T> layer, ReadOnlySpan<T> gradient, T decay)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var p = MemoryMarshal.Cast<T, Vector<T>>(layer);
        var g = MemoryMarshal.Cast<T, Vector<T>>(gradient);
        var squares = Vector<T>.Zero;
        for (var i = 0; i < p.Length; i++)
        {
            var decayed = g[i] + (p[i] * decay);
            squares += decayed * decayed;
        }

        var sum = Vector.Sum(squares);
        for (var i = p.Length * Vector<T>.Count; i < layer.Length; i++)
        {
            var decayed = gradient[i] + (layer[i] * decay);
            sum += decayed * decayed;
        }

        return T.Sqrt(sum);
    }
}
