using System.Globalization;
using System.Text.Json;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Weights that a trial with a predictor leaves: in one file with those of its embedding, and in PyTorch with the same predictions.</summary>
public sealed class PredictorWeightsTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("predictor.joint: false", "predictor.residual: true")]
    [InlineData("predictor.joint: false", "predictor.residual: false")]
    [InlineData("predictor.joint: true", "predictor.residual: true")]
    public void PyTorch_loads_them_strictly_and_predicts_what_embed_predicts(params string[] settings)
    {
        SkipUnlessPyTorch();
        Run(settings);
        Assert.Equal(0, place.Run("export", "s.db", "--weights", "best", "--out", "model").ExitCode);
        Python.Run($"import numpy as np; np.save(r'{place.PathOf("F.npy")}', np.random.default_rng(0).normal(size=(3000, 512)).astype(np.float32) + 1)");

        var (said, best) = Embed("--features", "F.npy", "--space", "prediction", "--out", "P.npy");

        Assert.Contains(": the prediction of 3000 samples × 4 by trial", said, StringComparison.Ordinal);
        Assert.Contains("Rows of the first 3 of each 3000 frames are NaN", said, StringComparison.Ordinal);
        var config = JsonDocument.Parse(File.ReadAllText(place.PathOf("model/config.json"))).RootElement;
        Assert.Equal(best, config.GetProperty("trial").GetString());
        var predictor = config.GetProperty("predictor");
        Assert.Equal((3, settings[1].EndsWith("true", StringComparison.Ordinal)), (predictor.GetProperty("history").GetInt32(), predictor.GetProperty("residual").GetBoolean()));
        Assert.Equal(predictor.GetProperty("width").GetInt32(), config.GetProperty("settings").GetProperty("predictor.width").GetInt32());
        Assert.Equal("3000 True True", PyTorch("""
            ours, f = load('P.npy'), torch.from_numpy(load('F.npy'))
            module = model.model
            with torch.no_grad():
                z = module.network((f - module.scale['centre']) * module.scale['factor'])[0]
                theirs = module.network.predictor(torch.stack([z[i:2997 + i] for i in range(3)], 1))[:, 0].numpy()
            print(len(ours), np.isnan(ours[:3]).all(), np.linalg.norm(theirs - ours[3:]) / np.linalg.norm(theirs) < 1e-5)
            """));
        Assert.Contains($"trial {best}: ", Python.RunFile(place.PathOf("model/load.py")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predictor.joint: false")]
    [InlineData("predictor.joint: true")]
    public void Predictions_of_held_out_frames_have_the_skill_that_is_recorded(string joint)
    {
        Run(joint);
        var (_, best) = Embed("--space", "prediction", "--out", "P.npy");
        Embed("--out", "Z.npy");

        // Evaluation sees the windows that have room for the furthest horizon: of 12 frames those that begin with the first one.
        var skill = Python.Run($"""
            import numpy as np
            p, z = (np.load(r'{place.PathOf("")}/' + name).reshape(-1, 12, 4).astype(np.float64) for name in ('P.npy', 'Z.npy'))
            print(1 - ((p - z)[:, 3] ** 2).sum() / ((z[:, 2] - z[:, 3]) ** 2).sum())
            """);

        Assert.Equal(Recorded(best, "prediction/skill_1"), double.Parse(skill, CultureInfo.InvariantCulture), 1e-4);
    }

    [Fact]
    public void The_best_by_skill_keeps_them_and_merge_and_verify_know_them()
    {
        Run("predictor.joint: false");
        var rows = Rows("s.db");
        var best = rows.MaxBy(row => double.Parse(row["prediction/skill_1"], CultureInfo.InvariantCulture))!["trial"];
        Assert.Equal(best, Embed("--out", "Z.npy").Trial);
        var other = rows.First(row => row["trial"] != best)["trial"];
        Assert.Contains($"Trial {other} has not left its weights", place.Run("embed", "s.db", other, "--out", "X.npy").Error, StringComparison.Ordinal);

        Assert.Equal(0, place.Run("merge", "all.db", "s.db").ExitCode);
        var again = place.Run("embed", "all.db", "best", "--out", "M.npy");
        Assert.Contains($"by trial {best}", again.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(place.PathOf("Z.npy")), File.ReadAllBytes(place.PathOf("M.npy")));
        var verified = place.Run("verify", "s.db", "-n", "8");
        Assert.True(verified.ExitCode == 0, verified.Output);

        using (var stream = File.OpenWrite(Assert.Single(Directory.GetFiles(place.PathOf("artifacts"), "all.db*.predictor")))) stream.SetLength(100);
        Assert.Contains($"The weights of trial {best} cannot be read", place.Run("embed", "all.db", "best", "--out", "X.npy").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_without_a_predictor_has_no_predictions()
    {
        place.Write("plain.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "plain.yaml", "--store", "s.db", "--quiet").ExitCode);

        var refused = place.Run("embed", "s.db", "best", "--space", "prediction", "--out", "P.npy");

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("has no predictor: it is trained with 'predictor.epochs' above 0.", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(place.PathOf("P.npy")));
    }

    private void Run(params string[] settings)
    {
        place.Write("p.yaml", $"""
            version: 1
            name: p
            fixed:
              data.source: dots
              video.sequences: 40
              video.frames: 12
              augment.recipe: neighbours
              train.batch_size: 32
              train.epochs: 3
              eval.images: 96
              model.embedding_dim: 4
              predictor.epochs: 10
            {string.Concat(settings.Select(line => $"  {line}\n"))}
            grid: {"{predictor.width: [8, 16], loss.variance_weight: [5, 25]}"}
            """);
        var run = place.Run("run", "p.yaml", "--store", "s.db", "--quiet", "--device", "cpu");
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private (string Said, string Trial) Embed(params string[] options)
    {
        var result = place.Run(["embed", "s.db", "best", .. options]);
        Assert.True(result.ExitCode == 0, result.Error);
        return (result.Error, result.Error.Split("by trial ")[1][..16]);
    }

    private double Recorded(string trial, string metric) =>
        double.Parse(Rows("s.db").First(row => row["trial"] == trial)[metric], CultureInfo.InvariantCulture);

    /// <summary>Of trials with predictors.</summary>
    private List<Dictionary<string, string>> Rows(string store)
    {
        Assert.Equal(0, place.Run("export", store, "--csv", "csv", "--where", "predictor.epochs > 0").ExitCode);
        var rows = place.Lines("csv/trials.csv").Select(line => line.Split(',')).ToList();
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(c => c.First, c => c.Second))];
    }

    private static void SkipUnlessPyTorch() => Assert.SkipWhen(
        Python.Run("import importlib.util as u; print(u.find_spec('torch') is None)").Trim() == "True",
        "The python3 here has no PyTorch (on Debian: apt-get install python3-torch).");

    private string PyTorch(string script) => Python.Run($"""
        import sys, numpy as np, torch
        sys.path.insert(0, r'{place.PathOf("model")}')
        import load as model
        load = lambda name: np.load(r'{place.PathOf("")}' + '/' + name)
        """ + "\n" + script).Trim();
}
