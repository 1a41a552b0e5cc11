using System.Text.Json;
using TorchSharp;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Tests.Images;
using VicRegSweeps.Trials.Tests.Randomness;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Backbone;

/// <summary>A bank holds the right features, is built once, survives being killed and damaged, and never mixes with another.</summary>
public sealed class FeatureBankTests : IDisposable
{
    private const int Views = 3;
    private const int Train = 600; // Two whole chunks of 256 and a part of one.
    private const int Test = 40;
    private const int Passes = Train * (Views + 1) + Test * 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ScratchFolder cache = new();
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly ImageSet train;
    private readonly ImageSet test;
    private readonly PixelBackbone backbone = new();

    public FeatureBankTests() => (train, test) = Shapes.Generate(0, Train, Test);

    [Fact]
    public void Every_feature_is_that_of_its_image_and_view()
    {
        using var bank = GetOrBuild();
        using var augmentation = new Augmentation(AugmentationRecipe.Mild, 5, CPU);

        foreach (var image in new[] { 0, 255, 256, 599 })
        {
            AssertClose(Patches(train, image), bank.Train.Clean[image]);
            for (var view = 0; view < Views; view++)
            {
                var expected = backbone.Forward(augmentation.Apply(train.Images[image..(image + 1)], [(image, view)]))[0];
                AssertClose(expected, bank.Train.Views[image, view]);
            }
        }

        AssertClose(Patches(test, 39), bank.Test.Clean[39]);
        Assert.Equal([Train, Views, 48], bank.Train.Views.shape);
        Assert.Equal([Test, 2, 48], bank.Test.Views.shape);
        Assert.Equal(test.Labels.data<long>().ToArray(), bank.Test.Labels.data<long>().ToArray());
        Assert.Equal(train.Labels.data<long>().ToArray(), bank.Train.Labels.data<long>().ToArray());
    }

    [Fact]
    public void A_bank_is_built_once()
    {
        using var built = GetOrBuild();
        Assert.Equal(Passes, backbone.Images);

        using var read = GetOrBuild();

        Assert.Equal(Passes, backbone.Images);
        AssertSame(built, read);
    }

    [Fact]
    public void Every_ingredient_has_a_bank_of_its_own()
    {
        using var other = new PixelBackbone("other");
        var (fewer, _) = Shapes.Generate(0, Train - 1, Test);
        var keys = new[]
        {
            GetOrBuild().Key,
            FeatureBank.GetOrBuild(cache.Path, fewer, test, AugmentationRecipe.Mild, Views, backbone, 5, null, Cancel).Key,
            FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.SoloLearn, Views, backbone, 5, null, Cancel).Key,
            FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.Mild, Views + 1, backbone, 5, null, Cancel).Key,
            FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.Mild, Views, other, 5, null, Cancel).Key,
            FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.Mild, Views, backbone, 6, null, Cancel).Key,
        };

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys.Order(), Directory.GetDirectories(cache.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_cancelled_build_goes_on_after_its_last_whole_chunk()
    {
        using var uninterrupted = FeatureBank.GetOrBuild(cache["whole"], train, test, AugmentationRecipe.Mild, Views, backbone, 5, null, Cancel);
        using var source = new CancellationTokenSource();
        using var first = new PixelBackbone();
        using var second = new PixelBackbone();

        Assert.Throws<OperationCanceledException>(() => FeatureBank.GetOrBuild(
            cache["cut"], train, test, AugmentationRecipe.Mild, Views, first, 5, p => CancelAfter(p, 1500, source), source.Token));
        using var resumed = FeatureBank.GetOrBuild(cache["cut"], train, test, AugmentationRecipe.Mild, Views, second, 5, null, Cancel);

        Assert.Equal(Passes - 256 * (Views + 1), second.Images);
        AssertSame(uninterrupted, resumed);
    }

    [Fact]
    public void A_damaged_chunk_is_named_and_built_again()
    {
        using var built = GetOrBuild();
        var chunk = Directory.GetFiles(cache[built.Key], "train-000256*").Single();
        var bytes = File.ReadAllBytes(chunk);
        bytes[^1] ^= 1;
        File.WriteAllBytes(chunk, bytes);
        using var second = new PixelBackbone();
        var activities = new List<string>();

        using var repaired = FeatureBank.GetOrBuild(
            cache.Path, train, test, AugmentationRecipe.Mild, Views, second, 5, p => activities.Add(p.Activity), Cancel);

        Assert.Equal(256 * (Views + 1), second.Images);
        Assert.Contains(activities, activity => activity.Contains(chunk, StringComparison.Ordinal));
        AssertSame(built, repaired);
    }

    [Fact]
    public void A_lost_chunk_is_built_again()
    {
        using var built = GetOrBuild();
        File.Delete(Directory.GetFiles(cache[built.Key], "test-000000*").Single());

        using var repaired = GetOrBuild();

        AssertSame(built, repaired);
    }

    [Fact]
    public void Progress_grows_to_its_total()
    {
        var seen = new List<Progress>();

        FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.Mild, Views, backbone, 5, seen.Add, Cancel).Dispose();

        Assert.All(seen, progress => Assert.Equal(Passes, progress.Total));
        Assert.Equal(seen.Select(progress => progress.Done).Order(), seen.Select(progress => progress.Done));
        Assert.Equal(Passes, seen[^1].Done);
    }

    [Fact]
    public async Task A_second_builder_waits_for_the_first_and_reads_what_it_built()
    {
        using var first = new PixelBackbone();
        using var second = new PixelBackbone();
        using var started = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();

        var builder = Task.Run(() => FeatureBank.GetOrBuild(
            cache.Path, train, test, AugmentationRecipe.Mild, Views, first, 5, _ => { started.Set(); waiting.Wait(Cancel); }, Cancel), Cancel);
        started.Wait(Cancel);
        var waiter = Task.Run(() => FeatureBank.GetOrBuild(
            cache.Path, train, test, AugmentationRecipe.Mild, Views, second, 5, p => SetWhenWaiting(p, waiting), Cancel), Cancel);

        using var built = await builder;
        using var read = await waiter;

        Assert.Equal(0, second.Images);
        AssertSame(built, read);
    }

    [Fact]
    public void Waiting_for_another_builder_can_be_cancelled()
    {
        var key = GetOrBuild().Key;
        File.Delete(cache[$"{key}/bank.json"]);
        using var held = new FileStream(cache[$"{key}/lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var source = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => FeatureBank.GetOrBuild(
            cache.Path, train, test, AugmentationRecipe.Mild, Views, backbone, 5, _ => source.Cancel(), source.Token));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_a_sentence()
    {
        File.WriteAllText(cache["file"], "");

        var error = Assert.Throws<SweepException>(() => FeatureBank.GetOrBuild(
            cache["file"], train, test, AugmentationRecipe.Mild, Views, backbone, 5, null, Cancel));

        Assert.Contains(cache["file"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train-000000.safetensors.tmp")]
    [InlineData("bank.json.tmp")]
    [InlineData("bank.json")]
    [InlineData("train-000000.safetensors")]
    public void A_link_that_waits_in_a_shared_cache_is_not_written_through(string name)
    {
        var key = GetOrBuild().Key;
        foreach (var file in Directory.GetFiles(cache[key])) File.Delete(file);
        File.WriteAllText(cache["precious"], "untouched");
        File.CreateSymbolicLink(cache[$"{key}/{name}"], cache["precious"]);

        GetOrBuild().Dispose();

        Assert.Equal("untouched", File.ReadAllText(cache["precious"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/lock")]
    public void A_link_in_place_of_a_bank_s_folder_or_lock_is_refused(string name)
    {
        var key = GetOrBuild().Key;
        Directory.Delete(cache[key], recursive: true);
        Directory.CreateDirectory(cache["precious"]);
        if (name.Length > 0) Directory.CreateDirectory(cache[key]);
        File.CreateSymbolicLink(cache[key + name], cache["precious"] + name);

        var error = Assert.Throws<SweepException>(() => GetOrBuild());

        Assert.Equal(
            $"'{cache[key + name]}' is a link to '{cache["precious"] + name}', and nothing is written through links in the cache. Delete the link.",
            error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(cache["precious"]));
    }

    [Fact]
    public void The_recipe_lies_beside_the_features_and_its_time_is_that_of_the_last_use()
    {
        var path = cache[$"{GetOrBuild().Key}/bank.json"];
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        GetOrBuild().Dispose();

        Assert.InRange(File.GetLastWriteTimeUtc(path), DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(5));
        var recipe = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        Assert.Equal("mild", recipe.GetProperty("recipe").GetString());
        Assert.Equal(Train, recipe.GetProperty("train_images").GetInt32());
    }

    [Fact]
    public void Standardized_training_views_have_mean_zero_and_deviation_one()
    {
        using var bank = GetOrBuild();
        bank.Train.Views[.., .., 7] = tensor(0.25f); // A dead feature.
        var mean = bank.Train.Views.reshape(-1, 48).to_type(ScalarType.Float64).mean([0]);
        var std = bank.Train.Views.reshape(-1, 48).to_type(ScalarType.Float64).std(0, unbiased: false);
        var expectedClean = (bank.Test.Clean.to_type(ScalarType.Float64) - mean) / std;

        bank.Standardize();

        var views = bank.Train.Views.reshape(-1, 48).to_type(ScalarType.Float64);
        Assert.InRange(views.mean([0]).abs().max().item<double>(), 0, 1e-5);
        for (var feature = 0; feature < 48; feature++)
        {
            Assert.InRange(views[.., feature].std(unbiased: false).item<double>(), feature == 7 ? 0 : 0.9999, feature == 7 ? 0 : 1.0001);
            if (feature != 7)
                Assert.InRange((bank.Test.Clean[.., feature] - expectedClean[.., feature]).abs().max().item<double>(), 0, 1e-4);
        }

        Assert.Equal(0, bank.Test.Views[.., .., 7].abs().max().item<float>());
    }

    [Fact]
    public void No_tensor_is_left_behind_by_building_reading_or_repairing()
    {
        LeakCheck.AssertNone(() =>
        {
            using (var bank = GetOrBuild())
                bank.Standardize();
            using (var bank = GetOrBuild())
                File.Delete(Directory.GetFiles(cache[bank.Key], "train-000000*").Single());
            using var repaired = GetOrBuild();
        });
    }

    public void Dispose()
    {
        backbone.Dispose();
        train.Dispose();
        test.Dispose();
        scope.Dispose();
        cache.Dispose();
    }

    private static void CancelAfter(Progress progress, long done, CancellationTokenSource source)
    {
        if (progress.Done >= done)
            source.Cancel();
    }

    private static void SetWhenWaiting(Progress progress, ManualResetEventSlim waiting)
    {
        if (progress.Activity.Contains("waiting", StringComparison.Ordinal))
            waiting.Set();
    }

    private FeatureBank GetOrBuild() =>
        FeatureBank.GetOrBuild(cache.Path, train, test, AugmentationRecipe.Mild, Views, backbone, 5, null, Cancel);

    private static Tensor Patches(ImageSet set, int image) =>
        set.Images[image].to_type(ScalarType.Float32).Div(255).reshape(3, 4, 8, 4, 8).mean([2, 4]).flatten(); // [3, 4, 4] to [48]

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-5f);

    private static void AssertSame(FeatureBank expected, FeatureBank actual)
    {
        foreach (var (first, second) in new[] { (expected.Train, actual.Train), (expected.Test, actual.Test) })
        {
            Assert.Equal(first.Views.data<float>().ToArray(), second.Views.data<float>().ToArray());
            Assert.Equal(first.Clean.data<float>().ToArray(), second.Clean.data<float>().ToArray());
            Assert.Equal(first.Labels.data<long>().ToArray(), second.Labels.data<long>().ToArray());
        }
    }
}
