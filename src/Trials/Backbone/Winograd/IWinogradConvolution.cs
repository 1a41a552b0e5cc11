namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>One layer: a 3×3 convolution with padding 1, its bias, a ReLU, and perhaps a 2×2 max-pooling.</summary>
internal interface IWinogradConvolution : IDisposable
{
    MapShape Input { get; }

    MapShape Output { get; }

    /// <summary>Multiply-adds of the products for one image; transforms come on top.</summary>
    long MultiplyAdds { get; }

    /// <summary>Floats of working memory that <see cref="Run"/> needs.</summary>
    long Scratch { get; }

    /// <param name="from">[groups] of <see cref="Input"/>.</param>
    /// <param name="to">[groups] of <see cref="Output"/>, whose borders stay as they are.</param>
    /// <param name="scratch">Of one thread.</param>
    unsafe void Run(float* from, float* to, int groups, float* scratch);
}
