using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Trials.Tests.Stacks;

/// <summary>The terms of a VICReg trial's loss row by their names.</summary>
internal static class LossRowTerms
{
    extension(LossRow row)
    {
        public double? Total => Of(row, "total");

        public double? Invariance => Of(row, "invariance");

        public double? Variance => Of(row, "variance");

        public double? Covariance => Of(row, "covariance");
    }

    private static double? Of(LossRow row, string name) => row.Terms[TrialVocabulary.Words.Terms.ToList().FindIndex(t => t.Name == name)];
}
