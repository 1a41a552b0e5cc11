using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Stacks;
using VicRegSweeps.Trials.Tests.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests;

/// <summary>The name of a trial's bank follows from what a store records of its settings, images and weights.</summary>
public sealed class BankReadingTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("2", "float32", "float32 on a processor")]
    [InlineData("2", "float32", "float32 on a processor", "imagenet")]
    [InlineData("3", "bfloat16", "bfloat16")]
    [InlineData("stream", "float32", "float32 on a processor")]
    public void The_bank_that_a_trial_had_is_found_with_what_it_was_computed_in(string views, string precision, string computed, string normalize = "cifar10")
    {
        var (bank, settings, inputs) = Trained(views, precision, ("backbone.normalize", normalize));

        var found = BankReading.Of(settings, inputs);

        Assert.Equal(computed, Assert.Single(found, b => b.Name == bank).Computed);
        Assert.Equal(precision == "bfloat16" ? 1 : 2, found.Count);
        Assert.DoesNotContain(BankReading.Of(new Dictionary<string, ParameterValue>(settings) { ["backbone.seed"] = 4 }, inputs), b => b.Name == bank);
        Assert.Empty(BankReading.Of(settings, []));
        var withoutIt = settings.Where(s => s.Key != "backbone.normalize").ToDictionary(); // As a store of before has them.
        Assert.Equal(normalize == "cifar10", BankReading.Of(withoutIt, inputs).Any(b => b.Name == bank));
        Assert.Empty(BankReading.OtherData(inputs));
    }

    [Fact]
    public void Where_the_precision_is_left_to_the_machine_both_are_looked_for()
    {
        var (bank, settings, inputs) = Trained("2", "auto");

        var found = BankReading.Of(settings, inputs);

        Assert.Contains(bank, found.Select(b => b.Name));
        Assert.Equal(["bfloat16", "float32 on a processor", "float32 on a GPU"], found.Select(b => b.Computed));
        Assert.Contains("2 %", BankReading.Difference(["bfloat16", "float32 on a processor"]), StringComparison.Ordinal);
        Assert.DoesNotContain("2 %", BankReading.Difference(["float32 on a GPU", "float32 on a processor"]), StringComparison.Ordinal);
    }

    [Fact]
    public void What_decides_a_bank_is_what_its_name_is_made_of()
    {
        Assert.All(["data.source", "data.train_images", "augment.views", "augment.recipe", "backbone.seed", "backbone.weights", "data.path", "backbone.standardize", "eval.images"], name =>
            Assert.True(BankReading.Decides(name)));
        Assert.All(["loss.epsilon", "train.epochs", "eval.every_epochs"], name => Assert.False(BankReading.Decides(name)));
    }

    [Fact]
    public void What_changes_the_panel_of_one_banks_features_gives_it_a_name_of_its_own()
    {
        var (bank, settings, inputs) = Trained("2", "float32");
        var plain = new Dictionary<string, ParameterValue>(settings) { ["eval.reference_images"] = 2_000 };
        Dictionary<string, ParameterValue>[] others =
        [
            new(plain) { ["backbone.standardize"] = false },
            new(plain) { ["eval.images"] = 400 },
            new(plain) { ["eval.reference_images"] = 300 },
            new(plain) { ["eval.knn_k"] = 5 },
            new(plain) { ["eval.knn_temperature"] = 0.1 },
            new(plain) { ["eval.probe_ridge"] = 0.1 },
        ];

        Assert.Contains(BankReading.PanelsOf(plain, inputs), panel => panel.Name == bank);
        var names = others.Select(o => BankReading.PanelsOf(o, inputs).Single(panel => panel.FormerName == bank).Name).ToList();
        Assert.Equal(others.Length, names.Distinct().Count());
        Assert.DoesNotContain(bank, names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_panel_of_an_untrained_backbone_has_a_name_of_its_own_and_one_of_pixels_that_of_its_bank(bool isTrained)
    {
        var (bank, settings, inputs) = Trained("stream", "float32", isTrained ? [("backbone.arch", "conv4"), ("backbone.train", true)] : [("backbone.arch", "none")]);
        var panel = Assert.Single(BankReading.PanelsOf(settings, inputs));

        Assert.Equal((bank, FeaturePanel.NameOf(bank, settings.GetValueOrDefault)), (panel.FormerName, panel.Name));
        Assert.DoesNotContain(inputs, i => i.Input.Part == FoundInput.BackboneWeights);
        var pixels = new Dictionary<string, ParameterValue>(settings) { ["backbone.arch"] = "none", ["backbone.train"] = false };
        Assert.Equal(isTrained, panel.Name != FeaturePanel.NameOf(bank, pixels.GetValueOrDefault));
        if (!isTrained) return;

        var wider = new Dictionary<string, ParameterValue>(settings) { ["backbone.width"] = 2 };
        Assert.NotEqual(panel.Name, Assert.Single(BankReading.PanelsOf(wider, inputs)).Name);
    }

    private (string Bank, IReadOnlyDictionary<string, ParameterValue> Settings, IReadOnlyList<RecordedInput> Inputs) Trained(
        string views, string precision, params (string Name, ParameterValue Value)[] others)
    {
        var found = new List<TrialInput>();
        var trial = TestTrials.Of(
            0,
            [
                ("augment.views", views == "stream" ? views : int.Parse(views, System.Globalization.CultureInfo.InvariantCulture)),
                ("backbone.precision", precision), ("data.test_images", 12), ("eval.reference_images", 20),
                .. others,
            ]);
        using var data = StackData.Load(trial.Settings, CPU, scratch.Path, _ => { }, CancellationToken.None, found.Add);
        var settings = TrialCatalogue.Parameters.Parameters.Where(p => trial.Settings[p.Name] is not null)
            .ToDictionary(p => p.Name, p => trial.Settings[p.Name]!);
        return (data.Bank, settings, [.. found.Distinct().Select(input => new RecordedInput(input, "2026-01-01T00:00:00.000Z"))]);
    }
}
