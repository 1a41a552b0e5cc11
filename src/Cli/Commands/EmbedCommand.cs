using System.CommandLine;
using TorchSharp;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Weights;
using static System.FormattableString;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>embed STORE TRIAL</c>: applies a trained trial to images, frames or features.</summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var (store, trial) = (Shared.Store(), Shared.Trial());
        trial.Description = "The trial's id, the beginning of it, or best: of those that have left their weights.";
        var images = new Option<string?>("--images")
        {
            Description = "A folder of PNG and JPEG files, taken in the order of their names, or an NPY file of images, uint8 N × H × W × 3.",
            HelpName = "DIR|I.npy",
        };
        var features = new Option<string?>("--features")
        {
            Description = "Features as the trial's backbone gives them, float32 or float16 N × F. [with neither: the samples that the trial held out]",
            HelpName = "F.npy",
        };
        var space = new Option<string>("--space")
        {
            Description = "Which vectors to write: embedding, representation, or of a predictor prediction: for each frame what it makes of those before.",
            DefaultValueFactory = _ => TrialVocabulary.Embedding,
            HelpName = "SPACE",
        };
        space.CompletionSources.Add(TrialVocabulary.Embedding, TrialVocabulary.Representation, TrialVocabulary.Prediction);
        var target = new Option<string>("--out", "-o") { Description = "Gets the vectors, float32 N × D.", HelpName = "Z.npy", Required = true };
        var (device, cache, quiet) = (Shared.Device(), Shared.CacheFolder(), Shared.Quiet());
        var command = new Command("embed", "Apply a trained trial to images or features, and write what it makes of them as an NPY file.")
        {
            store, trial, images, features, space, target, device, cache, quiet, Shared.Libtorch,
        }.WithExamples(
            "embed results/quickstart/sweep.db best --images pictures --out embeddings.npy", "embed results/quickstart/sweep.db best --out held-out.npy");
        command.SetAction(parsed =>
        {
            var (pictures, vectors, which) = (parsed.GetValue(images), parsed.GetValue(features), parsed.GetRequiredValue(space));
            if (pictures is not null && vectors is not null) throw new SweepException("--images and --features are two kinds of samples: give one of them.");
            if (which is not (TrialVocabulary.Embedding or TrialVocabulary.Representation or TrialVocabulary.Prediction))
                throw new SweepException($"--space is '{which}', but must be {TrialVocabulary.Embedding}, {TrialVocabulary.Representation} or {TrialVocabulary.Prediction}.");

            using var reader = StoreRooms.OpenReader(parsed.GetRequiredValue(store));
            var kept = KeptWeights.Find(reader, parsed.GetRequiredValue(trial), "TRIAL");
            if (which == TrialVocabulary.Prediction && !PredictorSettings.IsPredictor(kept.Trial.Settings))
                throw new SweepException($"--space is {which}, but trial {kept.Trial.Id} has no predictor: it is trained with '{PredictorSettings.EpochsParameter}' above 0.");

            var place = new torch.Device(Runtime.Device(parsed.GetRequiredValue(device)));
            using var screen = Screen.Create(parsed.GetValue(quiet));
            using var interruption = new Interruption(() => screen.Message("Stopping; nothing is written."));
            using var file = new WholeFile(parsed.GetRequiredValue(target));
            var (count, dimension, note) = screen.During(0, 0, () =>
            {
                using var samples = EmbeddedSamples.Open(
                    kept.Trial.Settings, kept.Artifact, pictures, vectors, place, parsed.GetRequiredValue(cache), screen.Progress, interruption.Token);
                var without = which == TrialVocabulary.Prediction
                    ? Invariant($" Rows of the first {samples.History} of each {samples.Frames} frames are NaN: too few come before them.") : "";
                return (samples.Count, samples.Write(which, file, screen.Progress, interruption.Token), without);
            });
            file.Commit();
            screen.Message(Invariant($"{file.Path}: the {which} of {count} samples × {dimension} by trial {kept.Trial.Id}.{note}"));
            return ExitCodes.Done;
        });
        return command;
    }
}
