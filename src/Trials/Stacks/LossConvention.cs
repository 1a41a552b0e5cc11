namespace VicRegSweeps.Trials.Stacks;

/// <summary>How a public codebase normalises the variance and covariance terms before weighting them.</summary>
/// <param name="Variance">What v + v′ is multiplied with.</param>
/// <param name="Covariance">What c + c′ is multiplied with.</param>
/// <remarks>
/// With v and c as in <see cref="VicRegLoss"/>. <c>paper</c>: Bardes et al. 2022, Algorithm 1, and solo-learn;
/// <c>official</c>: facebookresearch/vicreg and lightly; <c>vicregl</c>: facebookresearch/VICRegL; <c>eb_jepa</c>:
/// facebookresearch/eb_jepa, which averages the squared covariances instead of dividing their sum by D.
/// </remarks>
public sealed record LossConvention(double Variance, double Covariance)
{
    /// <summary>The names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["paper", "official", "vicregl", "eb_jepa"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="dimension">D, the dimension of the representation; one dimension has no covariances to average.</param>
    public static LossConvention Of(string name, int dimension) => name switch
    {
        "paper" => new(1, 1),
        "official" => new(0.5, 1),
        "vicregl" => new(0.5, 0.5),
        "eb_jepa" => new(1, 1.0 / Math.Max(1, dimension - 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such convention."),
    };
}
