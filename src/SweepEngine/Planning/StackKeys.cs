using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Planning;

/// <summary>Stack keys in few bytes, asked of the runner once for trials of the same shapes.</summary>
internal sealed class StackKeys(ITrialRunner runner)
{
    /// <summary>Shapes whose keys are remembered at a time: a sweep hardly has more, and one that does must not fill the memory.</summary>
    private const int MostRemembered = 4096;

    private readonly Dictionary<ParameterValue?[], UInt128> known = new(new SameValues());
    private readonly ParameterValue?[] shapes = new ParameterValue?[runner.Catalogue.SharedByStack.Count];

    /// <summary>128 bits of a cryptographic hash of the trial's key.</summary>
    public UInt128 Of(Trial trial)
    {
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = trial.Settings[runner.Catalogue.SharedByStack[i]];
        if (known.TryGetValue(shapes, out var key))
            return key;

        key = BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(runner.StackKey(trial))));
        if (known.Count == MostRemembered)
            known.Clear();
        known.Add([.. shapes], key);
        return key;
    }
}
