using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Backbone.Gpu;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Randomness;
using VicRegSweeps.Trials.Tests.Gpu;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>Batched views equal views made one by one in plain loops, follow the recipe's odds, and depend on nothing but seed, image and view.</summary>
public sealed class AugmentationTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly ImageSet images = Shapes.Generate(0, 64, 1).Train;

    public static TheoryData<string, ViewParameters> SingleSteps => new()
    {
        { "nothing", ViewParameters.Unchanged },
        { "crop", ViewParameters.Unchanged with { Crop = new CropBox(5, 11, 17, 14) } },
        { "crop of one column", ViewParameters.Unchanged with { Crop = new CropBox(31, 0, 1, 32) } },
        { "flip", ViewParameters.Unchanged with { Flip = true } },
        { "mirrored crop", ViewParameters.Unchanged with { Crop = new CropBox(3, 0, 20, 32), Flip = true } },
        { "brightness", ViewParameters.Unchanged with { JitterOrder = [JitterOperation.Brightness], Brightness = 1.4f } },
        { "contrast", ViewParameters.Unchanged with { JitterOrder = [JitterOperation.Contrast], Contrast = 1.4f } },
        { "saturation", ViewParameters.Unchanged with { JitterOrder = [JitterOperation.Saturation], Saturation = 0.6f } },
        { "hue", ViewParameters.Unchanged with { JitterOrder = [JitterOperation.Hue], HueShift = 0.1f } },
        { "hue backwards", ViewParameters.Unchanged with { JitterOrder = [JitterOperation.Hue], HueShift = -0.5f } },
        { "grey", ViewParameters.Unchanged with { Grey = true } },
        { "solarize", ViewParameters.Unchanged with { Solarize = true } },
    };

    [Theory]
    [MemberData(nameof(SingleSteps))]
    public void Each_step_equals_plain_loops(string step, ViewParameters view)
    {
        Assert.NotEmpty(step);
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 0, CPU);

        AssertEqualsPlain(augmentation, [.. Enumerable.Repeat(view, 8)]);
    }

    [Fact]
    public void Whole_views_equal_plain_loops_each_in_its_own_order()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 5, CPU);

        AssertEqualsPlain(augmentation, [.. Enumerable.Range(0, 64).Select(image => augmentation.Parameters(image, 3))]);
    }

    [Fact]
    public void Batching_and_order_never_change_a_view()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 1, CPU);
        using var again = new Augmentation(AugmentationRecipe.SoloLearn, 1, CPU);
        var views = Enumerable.Range(0, 64).Select(i => (Image: (long)i, View: (long)(i % 3))).ToArray();

        var together = augmentation.Apply(images.Images, views);
        foreach (var start in new[] { 50, 0, 7, 33 })
        {
            var alone = again.Apply(images.Images[start..(start + 14)], views[start..(start + 14)]);
            Assert.Equal(together[start..(start + 14)].data<float>().ToArray(), alone.data<float>().ToArray());
        }
    }

    [Fact]
    public void Seeds_images_and_views_have_parameters_of_their_own()
    {
        using var first = new Augmentation(AugmentationRecipe.SoloLearn, 1, CPU);
        using var second = new Augmentation(AugmentationRecipe.SoloLearn, 2, CPU);

        var brightness = new[] { first, second }
            .SelectMany(a => Enumerable.Range(0, 30).SelectMany(image => Enumerable.Range(0, 30).Select(view => a.Parameters(image, view).HueShift)));

        Assert.InRange(brightness.Distinct().Count(), 1790, 1800);
    }

    [Fact]
    public void Without_a_recipe_every_view_is_the_image()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.None, 0, CPU);

        var views = augmentation.Apply(images.Images[..4], [(0, 0), (1, 5), (2, 0), (3, 1)]);

        Assert.True(views.equal(images.Images[..4].to_type(ScalarType.Float32).Div(255)).all().item<bool>());
    }

    [Fact]
    public void Parameters_follow_the_recipe()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 9, CPU);
        const int N = 20_000;
        var views = Enumerable.Range(0, N).Select(image => augmentation.Parameters(image, 0)).ToArray();

        AssertShare(0.8, views.Count(view => view.JitterOrder.Count == 4));
        AssertShare(0.2, views.Count(view => view.Grey));
        AssertShare(0.1, views.Count(view => view.Solarize));
        AssertShare(0.5, views.Count(view => view.Flip));
        AssertUniform(0.6, 1.4, views.Select(view => (double)view.Brightness));
        AssertUniform(0.6, 1.4, views.Select(view => (double)view.Contrast));
        AssertUniform(0.8, 1.2, views.Select(view => (double)view.Saturation));
        AssertUniform(-0.1, 0.1, views.Select(view => (double)view.HueShift));
        Assert.Equal(24, views.Where(view => view.JitterOrder.Count > 0).Select(view => string.Join(' ', view.JitterOrder)).Distinct().Count());

        static void AssertShare(double expected, int count) => Assert.InRange(count / (double)N, expected - 0.012, expected + 0.012);

        static void AssertUniform(double low, double high, IEnumerable<double> values)
        {
            var unit = values.Select(value => (value - low) / (high - low)).ToArray();
            Assert.InRange(unit.Min(), -1e-6, 0.01);
            Assert.InRange(unit.Max(), 0.99, 1 + 1e-6);
            Assert.InRange(unit.Average(), 0.49, 0.51);
        }
    }

    [Fact]
    public void Crops_lie_in_the_image_with_the_areas_and_ratios_of_the_recipe()
    {
        using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 9, CPU);
        var crops = Enumerable.Range(0, 20_000).Select(image => augmentation.Parameters(image, 0).Crop).ToArray();

        Assert.All(crops, crop =>
        {
            Assert.InRange(crop.Left, 0, 32 - crop.Width);
            Assert.InRange(crop.Top, 0, 32 - crop.Height);
            Assert.InRange(crop.Width * crop.Height / 1024.0, 0.18, 1); // Rounding to whole pixels loses a little.
            Assert.InRange(crop.Width / (double)crop.Height, 0.7, 1.45);
        });

        // Boxes that do not fit are drawn again, which thins out the largest areas: the mean is below 0.6.
        Assert.InRange(crops.Average(crop => crop.Width * crop.Height / 1024.0), 0.52, 0.58);
        Assert.InRange(crops.Average(crop => crop.Left + crop.Width / 2.0), 15.8, 16.2);
        Assert.InRange(crops.Average(crop => crop.Top + crop.Height / 2.0), 15.8, 16.2);
    }

    [Theory]
    [InlineData("mild", AugmentationRecipe.JitterParameter, 0.5, "mild")]
    [InlineData("solo-learn", AugmentationRecipe.JitterParameter, 1, "solo-learn")]
    [InlineData("none", AugmentationRecipe.CropParameter, 1, "none")]
    [InlineData("none", AugmentationRecipe.JitterParameter, 0, "none")]
    [InlineData("mild", AugmentationRecipe.FlipParameter, 0, null)]
    public void A_recipe_is_a_named_set_of_strengths(string recipe, string parameter, double value, string? same)
    {
        var changed = AugmentationRecipe.Of(recipe, name => name == parameter ? value : null);

        Assert.Equal(same ?? $"{recipe}, changed", changed.Name);
        Assert.Equal(same is not null, changed.ContentKey == AugmentationRecipe.Named(recipe).ContentKey);
    }

    [Fact]
    public void Strengths_say_what_is_drawn()
    {
        var strengths = new Dictionary<string, double>
        {
            [AugmentationRecipe.CropParameter] = 0.9,
            [AugmentationRecipe.JitterParameter] = 2,
            [AugmentationRecipe.GreyParameter] = 1,
            [AugmentationRecipe.SolarizeParameter] = 0,
            [AugmentationRecipe.FlipParameter] = 0,
        };
        var recipe = AugmentationRecipe.Of("solo-learn", name => strengths.TryGetValue(name, out var value) ? value : null);
        var views = Enumerable.Range(0, 2000).Select(i => ViewParameters.Draw(recipe, new RandomStream(3, $"view/{i}"))).ToList();

        Assert.All(views, v => Assert.True(v.Grey && !v.Solarize && !v.Flip));
        Assert.InRange(views.Min(v => v.Crop.Width * v.Crop.Height / 1024.0), 0.85, 1);
        Assert.InRange(views.Max(v => v.Brightness), 1.75, 1.8);
        Assert.InRange(views.Min(v => v.HueShift), -0.2, -0.19);
        Assert.InRange(views.Average(v => v.JitterOrder.Count > 0 ? 1.0 : 0), 0.77, 0.83);
    }

    [Fact]
    public void A_misspelt_recipe_is_told_the_right_ones()
    {
        var error = Assert.Throws<SweepException>(() => AugmentationRecipe.Named("sololearn"));

        Assert.Contains("solo-learn, mild, none", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        LeakCheck.AssertNone(() =>
        {
            using var augmentation = new Augmentation(AugmentationRecipe.SoloLearn, 0, CPU);
            augmentation.Apply(images.Images, [.. Enumerable.Range(0, 64).Select(i => ((long)i, 0L))]).Dispose();
        });
    }

    public void Dispose()
    {
        images.Dispose();
        scope.Dispose();
    }

    private void AssertEqualsPlain(Augmentation augmentation, ViewParameters[] views)
    {
        var unit = images.Images[..views.Length].to_type(ScalarType.Float32).Div(255);

        AssertEqualsPlain(unit, views, augmentation.Apply(unit, views));
        AssertEqualsPlain(unit, views, augmentation.Apply(images.Images[..views.Length], views));

        // Of a batch in another order, as a GPU takes it.
        int[] places = [.. Enumerable.Range(0, views.Length).Reverse()];
        var reversed = unit.flip(0);
        using var byTensors = new TensorViews(CPU);
        AssertEqualsPlain(reversed, views, byTensors.Apply(unit, places, views));
        AssertEqualsPlain(reversed, views, byTensors.Apply(images.Images[..views.Length], places, views));
        if (!EmulatedLauncher.IsPossible) return;

        using var byKernels = new ViewKernels(new EmulatedLauncher(), CPU);
        AssertEqualsPlain(reversed, views, byKernels.Apply(unit, places, views));
        AssertEqualsPlain(reversed, views, byKernels.Apply(images.Images[..views.Length], places, views));
    }

    private static void AssertEqualsPlain(Tensor unit, ViewParameters[] views, Tensor actual)
    {
        var batched = actual.to_type(ScalarType.Float64); // [B, 3, 32, 32]
        for (var i = 0; i < views.Length; i++)
        {
            var plain = PlainAugmentation.Apply(ToArray(unit[i]), views[i]);
            var difference = (batched[i] - tensor(plain.Cast<double>().ToArray()).reshape(3, 32, 32)).abs();
            // Solarizing jumps at its threshold, where float32 and double may fall on different sides: a few pixels in a million.
            Assert.InRange(difference.Gt(1e-4).sum().item<long>(), 0, views[i].Solarize ? 2 : 0);
        }
    }

    private static double[,,] ToArray(Tensor image)
    {
        var flat = image.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
        var result = new double[3, 32, 32];
        Buffer.BlockCopy(flat, 0, result, 0, flat.Length * sizeof(double));
        return result;
    }
}
