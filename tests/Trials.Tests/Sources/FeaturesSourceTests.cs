using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Stacks;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Features that were made elsewhere are trained on as they are, from memory or from their file alike.</summary>
public sealed class FeaturesSourceTests : IDisposable
{
    private readonly OwnData data = new();

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batches_from_the_file_have_the_bits_of_batches_from_memory(bool standardize)
    {
        var s = Features(60, 3, 7, ("backbone.standardize", standardize), ("train.batch_size", 8));
        using var scope = NewDisposeScope();
        using var inMemory = Load(s, mostBytes: long.MaxValue);
        using var inFile = Load(s, mostBytes: 0);
        Assert.NotNull(inMemory.TrainViews);
        Assert.Null(inFile.TrainViews);

        using var batches = inMemory.Batches(8);
        using var others = inFile.Batches(8);
        Assert.Equal(6, batches.StepsPerEpoch);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            for (var step = 0; step < 6; step++)
            {
                foreach (var (one, other) in batches.Of([3, 5], epoch, step).Zip(others.Of([3, 5], epoch, step)))
                {
                    Assert.Equal([16, 7], one.shape);
                    Assert.Equal(one.data<float>().ToArray(), other.data<float>().ToArray());
                }
            }
        }
    }

    [Fact]
    public void Rows_are_the_files_own_and_every_view_stays_with_its_sample()
    {
        var s = OwnData.Settings(
            "features", ("data.path", data.WriteFeatures("f.npy", 50, 4, 3, (sample, view, feature) => (100 * sample) + (10 * view) + feature)),
            ("backbone.standardize", false));

        using var loaded = Load(s);

        var rows = loaded.TrainViews!.data<float>().ToArray().Chunk(3).ToArray();
        Assert.Equal(160, rows.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            var sample = (int)rows[row][0] / 100;
            Assert.Equal([(100 * sample) + (10 * (row % 4)), (100 * sample) + (10 * (row % 4)) + 1, (100 * sample) + (10 * (row % 4)) + 2], rows[row]);
            Assert.Equal((int)rows[row / 4 * 4][0] / 100, sample);
        }

        // A sample's first view stands for it, and the first two are compared.
        Assert.All(loaded.HeldOut.select(1, 0).data<float>().ToArray(), x => Assert.Equal(0, x % 100));
        Assert.All(loaded.HeldOutView2.select(1, 0).data<float>().ToArray(), x => Assert.Equal(10, x % 100));
        Assert.Empty(loaded.HeldOut.select(1, 0).data<float>().ToArray().Intersect(rows.Select(r => r[0])));
        Assert.Null(loaded.ReferenceLabels);
    }

    [Fact]
    public void Standardized_features_have_mean_zero_and_deviation_one()
    {
        using var loaded = Load(Features(80, 2, 5));

        Assert.InRange(loaded.TrainViews!.mean([0]).abs().max().item<float>(), 0, 1e-5f);
        Assert.InRange(loaded.TrainViews!.std(0, unbiased: false).sub(ones(5)).abs().max().item<float>(), 0, 1e-5f);
    }

    [Fact]
    public void Halves_are_read_as_the_numbers_that_they_are_and_are_the_same_content()
    {
        static float Exact(int sample, int view, int feature) => (sample * 0.25f) - view + (feature * 0.5f);
        var single = OwnData.Settings("features", ("data.path", data.WriteFeatures("single.npy", 20, 2, 3, Exact)));
        var half = OwnData.Settings("features", ("data.path", data.WriteHalves("half.npy", 20, 2, 3, Exact)));
        using var one = Load(single);
        using var other = Load(half);

        Assert.Equal(one.TrainViews!.data<float>().ToArray(), other.TrainViews!.data<float>().ToArray());
        Assert.Equal(one.Bank, other.Bank);
    }

    [Fact]
    public void Content_is_told_by_labels_and_seed_too_and_not_by_the_path()
    {
        var s = Features(40, 2, 3);
        File.Copy(data["f.npy"], data["copy.npy"]);
        var copy = OwnData.Settings("features", ("data.path", data["copy.npy"]));
        data.WriteLabels("labels.npy", [.. Enumerable.Range(0, 40).Select(i => i % 2L)]);

        Assert.Equal(BankOf(s), BankOf(copy));
        Assert.NotEqual(BankOf(s), BankOf(Features(40, 2, 3, ("data.split_seed", 1))));
        Assert.NotEqual(BankOf(s), BankOf(Features(40, 2, 3, ("data.labels", data["labels.npy"]))));
    }

    [Fact]
    public void A_changed_file_is_another_content_although_its_checksum_was_remembered()
    {
        var s = Features(40, 2, 3);
        var before = BankOf(s);
        Assert.Equal(before, BankOf(s));

        data.WriteFeatures("f.npy", 40, 2, 3, (sample, view, feature) => sample + view + feature);
        File.SetLastWriteTimeUtc(data["f.npy"], DateTime.UtcNow.AddSeconds(5));

        Assert.NotEqual(before, BankOf(s));
    }

    [Fact]
    public void What_does_nothing_under_features_is_dropped()
    {
        var s = OwnData.Settings("features", ("data.path", "f.npy"), ("augment.recipe", "mild"), ("augment.views", 4), ("backbone.arch", "none"),
            ("backbone.seed", 3));

        Assert.All(
            ["augment.recipe", "augment.views", "backbone.arch", "backbone.weights", "backbone.seed", "backbone.precision", "data.side", "data.skip_damaged"],
            name => Assert.Null(s[name]));
        Assert.Equal(OwnData.Settings("features", ("data.path", "elsewhere.npy")).PointId, s.PointId);
    }

    [Fact]
    public void Without_a_backbone_the_features_of_images_are_their_pixels()
    {
        var s = OwnData.Settings("shapes", ("backbone.arch", "none"));

        Assert.Null(OwnData.Complaint(s));
        Assert.All(["backbone.weights", "backbone.precision"], name => Assert.Null(s[name]));
        Assert.Equal(3 * 32 * 32, TrialInputs.Features(s));
    }

    [Theory]
    [InlineData("<f4", "(10, 6)",
        "is 10 × 6, but features must be N × V × F, V views of each of N samples: VICReg compares two views of a sample. Give the features of two or more augmentations of every sample: numpy.stack([first, second], axis=1).")]
    [InlineData("<f4", "(10, 1, 6)",
        "has 1 view of each sample (10 × 1 × 6), but must have at least 2: VICReg compares two views of a sample. Give the features of two or more augmentations of every sample: numpy.stack([first, second], axis=1).")]
    [InlineData("<f8", "(10, 2, 6)", "holds elements of type '<f8', but must hold float32 or float16 numbers. Save x.astype(numpy.float32).")]
    [InlineData("<f4", "(3, 2, 6)", "has 3 samples, but must have at least 4: 2 to train on, and 2 that are held out.")]
    public void A_file_that_does_not_fit_is_noticed_by_the_plan(string type, string shape, string complaint)
    {
        var bytes = shape.Trim('(', ')').Split(',')
            .Aggregate(type == "<f8" ? 8 : 4, (product, size) => product * int.Parse(size, System.Globalization.CultureInfo.InvariantCulture));
        data.Write("x.npy", type, shape, new byte[bytes]);

        Assert.Equal($"'{data["x.npy"]}' {complaint}", OwnData.Complaint(OwnData.Settings("features", ("data.path", data["x.npy"]))));
    }

    [Fact]
    public void Fortran_order_and_another_number_of_features_held_out_are_noticed_by_the_plan()
    {
        File.WriteAllBytes(data["x.npy"], Tests.Arrays.NpyBytes.Raw(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (4, 2, 1), }\n", new byte[32]));
        Assert.Equal(
            $"'{data["x.npy"]}' is in Fortran order, but must be in C order: save numpy.ascontiguousarray(x).",
            OwnData.Complaint(OwnData.Settings("features", ("data.path", data["x.npy"]))));

        Features(10, 2, 3);
        data.WriteFeatures("t.npy", 4, 2, 5, (_, _, _) => 1);
        Assert.Equal(
            $"'{data["t.npy"]}' has 5 features a view, but '{data["f.npy"]}' has 3; they must have equally many.",
            OwnData.Complaint(OwnData.Settings("features", ("data.path", data["f.npy"]), ("data.test_path", data["t.npy"]))));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "an infinite number")]
    public void A_feature_that_is_not_finite_is_named_with_its_place(float bad, string what)
    {
        data.WriteFeatures("f.npy", 10, 2, 3, (sample, view, feature) => (sample, view, feature) == (7, 1, 2) ? bad : 1);

        Assert.Equal(
            $"'{data["f.npy"]}' holds {what} in sample 7, view 1, feature 2 (counted from 0), but features must be finite.",
            Assert.Throws<SweepException>(() => Load(OwnData.Settings("features", ("data.path", data["f.npy"])))).Message);
    }

    [Fact]
    public void Sets_without_labels_have_no_kNN_and_no_probe()
    {
        using var loaded = Load(Features(40, 2, 3));

        var panel = new StackEvaluation(loaded, 5, 0.07).Baseline().Metrics.ToDictionary(m => m.Key, m => m.Value);

        Assert.All(["knn_top1", "probe_top1", "knn_informative"], name => Assert.Null(panel[name]));
        Assert.NotNull(panel["participation_ratio"]);
        Assert.NotNull(panel["alignment"]);
    }

    [Fact]
    public void The_bank_that_a_trial_had_is_found_from_what_a_store_records()
    {
        var s = Features(40, 2, 3);
        var found = new List<TrialInput>();
        using var loaded = FeatureData.Load(s, CPU, data.Reading, found.Add);
        var settings = TrialCatalogue.Parameters.Parameters.Where(p => s[p.Name] is not null).ToDictionary(p => p.Name, p => s[p.Name]!);
        SweepEngine.Stores.RecordedInput[] inputs = [.. found.Select(input => new SweepEngine.Stores.RecordedInput(input, "2026-01-01T00:00:00.000Z"))];

        Assert.Equal(loaded.Bank, Assert.Single(BankReading.Of(settings, inputs)).Name);
        Assert.StartsWith("The data of source features have no labels, so knn_top1, probe_top1, knn_informative are not known",
            Assert.Single(BankReading.OtherData(inputs)), StringComparison.Ordinal);
    }

    private TrialSettings Features(int samples, int views, int features, params (string, SweepEngine.Catalogue.ParameterValue)[] more)
    {
        var random = new RandomStream(5);
        data.WriteFeatures("f.npy", samples, views, features, (sample, _, feature) => (float)((sample % 4) + (random.Normal() * (feature + 1))));
        return OwnData.Settings("features", [("data.path", data["f.npy"]), .. more]);
    }

    private string BankOf(TrialSettings s)
    {
        using var loaded = Load(s);
        return loaded.Bank;
    }

    private StackData Load(TrialSettings s, long? mostBytes = null) => FeatureData.Load(s, CPU, data.Reading, null, mostBytes);
}
