using VicRegSweeps.Trials.Arrays.Products;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>
/// A fast algorithm for a 3-tap correlation along one axis: y = Aᵀ[(G g) ⊙ (Bᵀ d)] for input d, kernel g and output y.
/// Two dimensions are the algorithm nested with itself.
/// </summary>
/// <remarks>Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks", section 4.1, whose letters these are.</remarks>
internal interface ITileTransform
{
    /// <summary>Elements of Bᵀd, which are the multiplications needed.</summary>
    static abstract int Products { get; }

    /// <summary>Elements of d.</summary>
    static abstract int Inputs { get; }

    /// <summary>Elements of y.</summary>
    static abstract int Outputs { get; }

    /// <summary>How many zeros the map must have around it, because tiles reach beyond it.</summary>
    static abstract int Border { get; }

    /// <summary>G, [Products][3].</summary>
    static abstract double[][] Kernel { get; }

    /// <summary>Bᵀd of as many lanes as a vector has.</summary>
    /// <param name="step">Floats from one element of d to the next.</param>
    /// <param name="resultStep">Floats from one element of the result to the next.</param>
    static abstract unsafe void Input<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged;

    /// <summary>Aᵀm of as many lanes as a vector has, with m the products.</summary>
    /// <inheritdoc cref="Input"/>
    static abstract unsafe void Output<TWidth, TVector>(float* from, nint step, float* result, nint resultStep)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : unmanaged;
}
