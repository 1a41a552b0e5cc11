using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>A feature bank's training views and labels as NPY files, for other frameworks.</summary>
public static class FeatureExport
{
    /// <summary>The settings whose bank a sweep's trials share.</summary>
    /// <exception cref="SweepException">The trials have several banks.</exception>
    public static TrialSettings SettingsOf(SweepPlan plan)
    {
        string[] deciding = [.. TrialCatalogue.Parameters.Parameters.Where(p => p.DecidesInputs).Select(p => p.Name)];
        TrialSettings? first = null;
        foreach (var settings in plan.Trials().Select(t => t.Settings))
        {
            first ??= settings;
            var differing = deciding.FirstOrDefault(name => settings[name] != first[name]);
            if (differing is not null)
            {
                throw new SweepException(
                    $"'{plan.File.Path}' varies '{differing}' ({Shown(first[differing])}, {Shown(settings[differing])}, …), but features are written for a single setting of data.*, augment.* and backbone.*.");
            }
        }

        if (!DataSources.AreImages(first!))
            throw new SweepException(
                $"'{plan.File.Path}' has 'data.source: {FeaturesSource.Name}': its features lie in '{DataSources.Of(first!).Place(first!)}' already.");

        if (TrialInputs.IsTrained(first!))
            throw new SweepException(
                $"'{plan.File.Path}' has '{TrialInputs.TrainParameter}: true', so its features are those of its trials. Write them of a trained one with 'embed', or set {TrialInputs.TrainParameter} to false.");

        return TrialInputs.IsStream(first!)
            ? throw new SweepException(
                $"'{plan.File.Path}' has 'augment.views: {TrialInputs.StreamWord}', whose views are made anew every step, but features can be written only for a fixed number of views.")
            : first!;

        static string Shown(ParameterValue? value) => value?.Text ?? "none";
    }

    /// <summary>Writes the bank's training views, [N, V, F] in float32, and labels, [N] in int64. The labels get their name first.</summary>
    /// <param name="features">Where the views go.</param>
    /// <param name="labels">Where the labels go.</param>
    /// <param name="cancel">Honoured between pieces; nothing is left of the files then.</param>
    public static void Write(FeatureBank bank, WholeFile features, WholeFile labels, Action<Progress> progress, CancellationToken cancel)
    {
        var bytesPerImage = bank.Train.Views.NumberOfElements * sizeof(float) / bank.Train.Count;
        NpyFile.Write(
            features,
            bank.Train.Views,
            bytes => progress(new Progress("writing", bytes / bytesPerImage, bank.Train.Count, "images")),
            cancel);
        NpyFile.Write(labels, bank.Train.Labels, _ => { }, cancel);
        labels.Commit();
        features.Commit();
    }
}
