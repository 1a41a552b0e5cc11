using System.CommandLine;
using TorchSharp;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>features SWEEP.yaml --out F.npy</c>: what the trials of a sweep are trained on, for other frameworks.</summary>
internal static class FeaturesCommand
{
    private const string Extension = ".npy";

    public static Command Create()
    {
        var file = Shared.SweepFile();
        var target = new Option<string>("--out", "-o")
        {
            Description = "Gets the features of the augmented training views as the bank holds them, not standardized: float32, images × views × features.",
            HelpName = "F.npy",
            Required = true,
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "Gets the images' classes, int64. [F.labels.npy beside F.npy]",
            HelpName = "L.npy",
        };
        var (device, cache, quiet) = (Shared.Device(), Shared.CacheFolder(), Shared.Quiet());
        var command = new Command("features", "Write the feature bank of a sweep and its labels as NPY files.")
        {
            file, target, labels, device, cache, quiet, Shared.Libtorch,
        }.WithExamples("features sweeps/quickstart.yaml --out features.npy");
        command.SetAction(parsed =>
        {
            var sweep = Shared.ReadSweep(parsed.GetRequiredValue(file));
            var settings = FeatureExport.SettingsOf(SweepPlan.Of(sweep, TrialCatalogue.Parameters));
            var features = parsed.GetRequiredValue(target);
            var classes = parsed.GetValue(labels) ?? LabelsBeside(features);
            if (Path.GetFullPath(features) == Path.GetFullPath(classes))
            {
                throw new SweepException($"--labels is '{classes}', but must be another file than --out.");
            }

            var place = new torch.Device(Runtime.Device(parsed.GetRequiredValue(device)));
            using var screen = Screen.Create(parsed.GetValue(quiet));
            using var interruption = new Interruption(() => screen.Message("Stopping; what is built of the feature bank is kept. Press Ctrl-C again to "
                + "stop at once."));
            using var featuresFile = new WholeFile(features);
            using var labelsFile = new WholeFile(classes);
            var shape = screen.During(0, 0, () =>
            {
                using var bank = StackData.LoadBank(settings, place, parsed.GetRequiredValue(cache), screen.Progress, interruption.Token);
                FeatureExport.Write(bank, featuresFile, labelsFile, screen.Progress, interruption.Token);
                return bank.Train.Views.shape;
            });
            screen.Message($"{features}: features of {shape[0]} images × {shape[1]} views × {shape[2]}; {classes}: their labels.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string LabelsBeside(string features) =>
        (features.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? features[..^Extension.Length] : features) + ".labels" + Extension;
}
