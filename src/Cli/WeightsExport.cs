using VicRegSweeps.Reports.Tables;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Weights;

namespace VicRegSweeps.Cli;

/// <summary>Writes what a trial has learnt into a folder that PyTorch reads.</summary>
internal static class WeightsExport
{
    /// <param name="which"><see cref="KeptWeights.Best"/>, or a trial's id or its beginning.</param>
    /// <returns>The paths of the files.</returns>
    /// <exception cref="SweepException">There are no such weights, or they are damaged.</exception>
    public static IReadOnlyList<string> Write(IStoreReader store, string which, string folder)
    {
        var kept = KeptWeights.Find(store, which, "--weights");
        new FileContents(Locations.Cache()).RefuseOthers(kept.Trial.Settings, "backbone.weights");
        Runtime.Load();
        return WholeFolder.Write(folder, "the weights", temporary => WeightsFolder.Write(temporary, kept.Trial, kept.Artifact));
    }
}
