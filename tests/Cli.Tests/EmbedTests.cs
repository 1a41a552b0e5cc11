using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>What a trained trial makes of samples, as files for other programs.</summary>
public sealed class EmbedTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Held_out_samples_give_what_the_trials_own_evaluation_saw()
    {
        RunTiny("shapes");
        var best = Embed("best", "--out", "Z.npy");
        Embed("best", "--out", "R.npy", "--space", "representation");

        foreach (var (file, space) in new[] { ("Z.npy", "embedding"), ("R.npy", "representation") })
        {
            var score = JsonDocument.Parse(place.Run("score", "--view1", file, "--json").Output).RootElement.GetProperty("panel");
            foreach (var metric in new[] { "std_mean", "participation_ratio", "rankme", "relative_spread" })
                Assert.Equal(1, score.GetProperty(metric).GetDouble() / Recorded(best, $"{space}/{metric}"), 1e-5);
        }
    }

    [Fact]
    public void Images_of_a_folder_and_of_an_NPY_file_give_what_PyTorch_gives()
    {
        RunTiny("shapes");
        Assert.Equal(0, place.Run("export", "s.db", "--weights", "best", "--out", "model").ExitCode);
        Python.Run($"""
            import numpy as np, os
            from PIL import Image
            images = np.random.default_rng(0).integers(0, 256, (1100, 32, 32, 3), dtype=np.uint8)
            np.save(r'{place.PathOf("images.npy")}', images)
            os.mkdir(r'{place.PathOf("pictures")}')
            for i in range(40): Image.fromarray(images[i]).save(r'{place.PathOf("pictures")}' + f'/{'{'}i:03{'}'}.png')
            """);

        Embed("best", "--images", "images.npy", "--out", "Z.npy");
        Embed("best", "--images", "pictures", "--out", "P.npy");

        Assert.Equal("(1100, 50) float32 True", PyTorch("""
            z, p, images = load('Z.npy'), load('P.npy'), load('images.npy')
            assert np.array_equal(p, z[:40])
            with torch.no_grad(): theirs = model.model(torch.from_numpy(images.transpose(0, 3, 1, 2)).float() / 255)[0].numpy()
            print(z.shape, z.dtype, np.linalg.norm(theirs - z) / np.linalg.norm(z) < 2e-4)
            """));
    }

    [Fact]
    public void Features_give_what_PyTorch_gives()
    {
        RunTiny("shapes");
        Assert.Equal(0, place.Run("export", "s.db", "--weights", "best", "--out", "model").ExitCode);
        Assert.Equal(0, place.Run("features", "shapes.yaml", "--out", "views.npy").ExitCode);
        Python.Run($"import numpy as np; np.save(r'{place.PathOf("F.npy")}', np.load(r'{place.PathOf("views.npy")}')[:, 0])");

        Embed("best", "--features", "F.npy", "--out", "Z.npy");

        Assert.Equal("True", PyTorch("""
            z, f = load('Z.npy'), torch.from_numpy(load('F.npy'))
            with torch.no_grad(): theirs = model.model.network((f - model.model.scale['centre']) * model.model.scale['factor'])[0].numpy()
            print(np.linalg.norm(theirs - z) / np.linalg.norm(z) < 1e-5)
            """));
    }

    [Fact]
    public void Weights_of_a_trial_on_PyTorchs_own_features_score_in_PyTorch_what_the_store_says()
    {
        var cifar = Environment.GetEnvironmentVariable("CIFAR10_DIR");
        Assert.SkipUnless(cifar is not null && File.Exists(Path.Combine(cifar, "test_batch.bin")),
            "CIFAR10_DIR does not name a folder with the binary files of CIFAR-10.");
        SkipUnlessPyTorch();
        var script = Path.Combine(AppContext.BaseDirectory, "foreign.py");
        Python.RunFile(script, "features", place.PathOf(""), cifar!);
        place.Write("features.yaml", """
            version: 1
            name: features
            fixed:
              data: {source: features, path: train.npy, labels: train.labels.npy, test_path: test.npy, test_labels: test.labels.npy}
              train: {batch_size: 64, epochs: 20}
              model.embedding_dim: 16
              eval: {images: 200, reference_images: 600, every_epochs: 20}
            grid: {loss.covariance_weight: [0.1, 1]}
            """);
        var run = place.Run("run", "features.yaml", "--store", "s.db", "--quiet", "--device", "cpu");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, place.Run("export", "s.db", "--weights", "best", "--out", "model").ExitCode);
        var best = JsonDocument.Parse(File.ReadAllText(place.PathOf("model/config.json"))).RootElement.GetProperty("trial").GetString()!;

        var theirs = double.Parse(Python.RunFile(script, "score", place.PathOf("")), CultureInfo.InvariantCulture);

        Assert.InRange(theirs, 0.15, 1); // Chance is 0.1.
        Assert.Equal(Recorded(best, "embedding/knn_top1"), theirs, 1.01 / 200); // Rounding may move one image whose vote is close.
    }

    [Fact]
    public void A_trial_on_features_embeds_others_when_its_own_file_is_gone()
    {
        RunTiny("shapes");
        Assert.Equal(0, place.Run("features", "shapes.yaml", "--out", "views.npy").ExitCode);
        Python.Run($"import numpy as np; f = np.load(r'{place.PathOf("views.npy")}'); np.save(r'{place.PathOf("F.npy")}', f[:, 0])");
        RunTiny("features", "data.path: views.npy");
        var own = Embed("best", "--out", "own.npy");
        Assert.InRange(Recorded(own, "embedding/std_mean"), 0.0, double.MaxValue);
        File.Delete(place.PathOf("views.npy"));

        Embed("best", "--features", "F.npy", "--out", "Z.npy");

        Assert.Contains("'data.path' is 'views.npy', which cannot be read any more.", Refused("--out", "again.npy"), StringComparison.Ordinal);
        Assert.Contains("so it cannot take images", Refused("--images", "pictures", "--out", "X.npy"), StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("X.npy")));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_a_sentence_and_leaves_no_file()
    {
        RunTiny("shapes", "keep.weights: none");
        Assert.Contains("no trial has left its weights. Trials that complete leave them where 'keep.weights' is best or all.", Refused("--out", "Z.npy"),
            StringComparison.Ordinal);
        RunTiny("shapes");
        Python.Run($"""
            import numpy as np
            for name, array in dict(narrow=np.zeros((5, 7), np.float32), views=np.zeros((5, 2, 512), np.float32), nan=np.full((5, 512), np.nan, np.float32), grey=np.zeros((5, 32, 32), np.uint8)).items():
                np.save(r'{place.PathOf("")}/' + name + '.npy', array)
            """);
        foreach (var (options, complaint) in new[]
        {
            ("--features narrow.npy", "'narrow.npy' is 5 × 7, but must be N × 512"),
            ("--features views.npy", "Of N × V × F give one view: x[:, 0]."),
            ("--features nan.npy", "'nan.npy' holds NaN in sample 0, feature 0"),
            ("--images grey.npy", "Give grey images three channels"),
            ("--images nowhere", "--images is 'nowhere', but there is no such folder or file."),
            ("--images nowhere --features narrow.npy", "give one of them"),
            ("--space features", "--space is 'features', but must be embedding, representation or prediction."),
        })
        {
            Assert.Contains(complaint, Refused([.. options.Split(' '), "--out", "Z.npy"]), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(place.PathOf("."), "Z.npy*"));
        }
    }

    private void RunTiny(string source, params string[] more)
    {
        File.Delete(place.PathOf("s.db"));
        place.Write($"{source}.yaml", $"""
            version: 1
            name: {source}
            fixed:
              data.source: {source}
              data.train_images: 96
              data.test_images: 40
              eval.images: 40
              augment.views: 2
              train.batch_size: 32
              train.epochs: 2
            {string.Concat(more.Select(line => $"  {line}\n"))}
            grid: {"{loss.variance_weight: [1, 25]}"}
            """);
        var run = place.Run("run", $"{source}.yaml", "--store", "s.db", "--quiet", "--device", "cpu");
        Assert.True(run.ExitCode == 0, run.Error);
    }

    /// <returns>The trial's id.</returns>
    private string Embed(string trial, params string[] options)
    {
        var result = place.Run(["embed", "s.db", trial, .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Error.Split("by trial ")[1].TrimEnd('.', '\n');
    }

    private string Refused(params string[] options)
    {
        var result = place.Run(["embed", "s.db", "best", .. options]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        return result.Error;
    }

    private double Recorded(string trial, string metric)
    {
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        var rows = place.Lines("csv/trials.csv").Select(line => line.Split(',')).ToList();
        return double.Parse(rows.First(row => row[0] == trial)[Array.IndexOf(rows[0], metric)], CultureInfo.InvariantCulture);
    }

    private static void SkipUnlessPyTorch() => Assert.SkipWhen(
        Python.Run("import importlib.util as u; print(u.find_spec('torch') is None)").Trim() == "True",
        "The python3 here has no PyTorch (on Debian: apt-get install python3-torch).");

    private string PyTorch(string script)
    {
        SkipUnlessPyTorch();
        return Python.Run($"""
            import sys, numpy as np, torch
            sys.path.insert(0, r'{place.PathOf("model")}')
            import load as model
            load = lambda name: np.load(r'{place.PathOf("")}' + '/' + name)
            """ + "\n" + script).Trim();
    }
}
