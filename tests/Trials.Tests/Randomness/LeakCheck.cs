using TorchSharp;

namespace VicRegSweeps.Trials.Tests.Randomness;

/// <summary>Counts live tensors of this thread.</summary>
internal static class LeakCheck
{
    /// <summary>Fails when a second run leaves more tensors alive than there were; the first may fill caches.</summary>
    public static void AssertNone(Action action)
    {
        action();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        action();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
