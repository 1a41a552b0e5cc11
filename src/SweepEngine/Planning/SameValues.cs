using System.Runtime.CompilerServices;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>By reference, which is quick: the points of a plan share the values of its axes.</summary>
internal sealed class SameValues : IEqualityComparer<ParameterValue?[]>
{
    public bool Equals(ParameterValue?[]? x, ParameterValue?[]? y)
    {
        for (var i = 0; i < x!.Length; i++)
        {
            if (!ReferenceEquals(x[i], y![i]))
                return false;
        }

        return true;
    }

    public int GetHashCode(ParameterValue?[] values)
    {
        var hash = 0;
        foreach (var value in values)
            hash = (hash * 31) + RuntimeHelpers.GetHashCode(value);
        return hash;
    }
}
