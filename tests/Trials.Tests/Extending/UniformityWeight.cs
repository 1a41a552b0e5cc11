using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.Trials.Tests.Extending;

/// <summary>A parameter that comes later than stores that are there.</summary>
internal static class UniformityWeight
{
    public static readonly Parameter Parameter = new()
    {
        Name = "loss.uniformity_weight",
        Kind = ParameterKind.Real,
        Default = 0,
        Birth = 0,                                        // what all trials had before: under it they keep their ids
        Minimum = 0,
        Doc = "Weight of the uniformity of the representations; 0 leaves it out.",
    };
}
