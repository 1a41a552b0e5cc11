using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>
/// 128 bits that stand for a point: no two points of any plan will ever share them by accident. They depend on the
/// values that differ from the catalogue's defaults, and on nothing else that a file says.
/// </summary>
/// <remarks>
/// The sum of a hash of every parameter with its value (Zobrist 1970), each of which is computed once: a plan may have
/// millions of points, but its axes have few values. Not for two threads.
/// </remarks>
internal sealed class Fingerprints
{
    private readonly ParameterCatalogue catalogue;
    private readonly int[] identifying;
    private readonly Dictionary<ParameterValue, UInt128>[] known;
    private readonly UInt128[] absent;

    public Fingerprints(ParameterCatalogue catalogue)
    {
        this.catalogue = catalogue;
        identifying = [.. Enumerable.Range(0, catalogue.Parameters.Count).Where(i => catalogue.Parameters[i].IsSweepable)];
        known = [.. catalogue.Parameters.Select(_ => new Dictionary<ParameterValue, UInt128>(ReferenceEqualityComparer.Instance))];
        // A later parameter that does nothing in a point must not move it: samples and orders stay as they were before there was one.
        absent = [.. catalogue.Parameters.Select(p => p.Default is null || p.Birth is not null ? 0 : Hash(p.Name))];
    }

    public UInt128 Of(TrialSettings point)
    {
        UInt128 sum = 0;
        foreach (var i in identifying)
        {
            var value = point[i];
            if (!ReferenceEquals(value, catalogue.Parameters[i].Default))
                sum = unchecked(sum + (value is null ? absent[i] : HashOf(i, value)));
        }

        return sum;
    }

    private UInt128 HashOf(int parameter, ParameterValue value)
    {
        if (!known[parameter].TryGetValue(value, out var hash))
        {
            var (name, byDefault) = (catalogue.Parameters[parameter].Name, catalogue.Parameters[parameter].Default);
            hash = value == byDefault || (catalogue.Parameters[parameter].IsIncidental && value.Content is null) ? 0 : Hash($"{name}={value.Identity}");
            known[parameter].Add(value, hash);
        }

        return hash;
    }

    private static UInt128 Hash(string text) => BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
