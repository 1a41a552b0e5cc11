namespace VicRegSweeps.Trials.Metrics;

/// <summary>Names of the parameters that bear on evaluations alone.</summary>
internal static class EvaluationSettings
{
    /// <summary>k of kNN.</summary>
    public const string Neighbours = "eval.knn_k";

    /// <summary>T of kNN.</summary>
    public const string Temperature = "eval.knn_temperature";

    /// <summary>The probe's ridge, as a share of the samples' mean variance.</summary>
    public const string Ridge = "eval.probe_ridge";
}
