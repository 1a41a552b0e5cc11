namespace VicRegSweeps.Trials;

/// <summary>How the forward passes of a chunk are divided into batches.</summary>
internal static class FeatureBankBatches
{
    /// <summary>What bfloat16 convolutions are fast at; a batch of 64 takes several times as long an image.</summary>
    public const int Preferred = 512;

    /// <summary>Equal batches as near the preferred size as their number allows: a short last one would waste time.</summary>
    public static IEnumerable<(int First, int Count)> Split(int passes)
    {
        var batches = Math.Max(1, (int)Math.Round(passes / (double)Preferred));
        for (var batch = 0; batch < batches; batch++)
        {
            var first = (int)((long)passes * batch / batches);
            yield return (first, (int)((long)passes * (batch + 1) / batches) - first);
        }
    }
}
