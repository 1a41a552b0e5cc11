using System.Globalization;
using System.Text.Json;
using SkiaSharp;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Each source, from its files to the exports, as a user runs it.</summary>
public sealed class SourcesTests : IDisposable
{
    private const int Samples = 60;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Images_of_an_NPY_file()
    {
        WriteImages("images.npy", 36, 40);
        WriteLabels("labels.npy");
        WriteSweep("npy", "data.path: images.npy", "data.labels: labels.npy");

        var trial = RunToTheEnd("npy");

        Assert.InRange(Number(trial, "embedding/knn_top1"), 0, 1);
    }

    [Fact]
    public void Images_of_another_side()
    {
        WriteImages("images.npy", 64, 64);
        WriteSweep("npy", "data.path: images.npy", "data.side: 64", "backbone.precision: float32");

        var trial = RunToTheEnd("npy");

        Assert.InRange(Number(trial, "embedding/std_mean"), 0, double.MaxValue);
        Assert.Equal(0, place.Run("features", "npy.yaml", "--out", "F.npy").ExitCode);
        Assert.Equal([48L, 2, 2048], Shape("F.npy"));
    }

    [Fact]
    public void Without_labels_scores_of_labels_are_empty_and_the_report_says_why()
    {
        WriteImages("images.npy", 32, 32);
        WriteSweep("npy", "data.path: images.npy");

        Assert.Contains("labels  the samples of npy have none, so knn_top1, probe_top1, knn_informative stay empty", place.Run("plan", "npy.yaml").Output,
            StringComparison.Ordinal);
        var trial = RunToTheEnd("npy");

        Assert.All(["embedding/knn_top1", "embedding/probe_top1", "embedding/knn_informative", "representation/knn_top1"], name =>
            Assert.Equal("", trial[name]));
        Assert.InRange(Number(trial, "embedding/participation_ratio"), 1, 50);
        Assert.Equal(0, place.Run("report", "s.db", "--out", "page").ExitCode);
        var page = File.ReadAllText(place.PathOf("page/report.html"));
        Assert.Contains("The data of source npy have no labels, so knn_top1, probe_top1, knn_informative are not known of their trials.", page,
            StringComparison.Ordinal);
        Assert.Equal(0, place.Run("report", "s.db", "--out", "page", "--metric", "embedding/participation_ratio").ExitCode);
    }

    [Fact]
    public void A_folder_of_images_with_names_as_people_give_them()
    {
        foreach (var (name, colour) in new[] { ("my cats", SKColors.Red), ("Füchse 🦊", SKColors.Green), ("o'dogs", SKColors.Blue) })
        {
            Directory.CreateDirectory(place.PathOf($"My pictures/{name}"));
            for (var i = 0; i < Samples / 3; i++) WritePicture($"My pictures/{name}/no. {i}.png", colour);
        }

        WriteSweep("folder", "data.path: My pictures");
        var trial = RunToTheEnd("folder");
        Assert.Equal(1, Number(trial, "embedding/knn_top1")); // Of one colour each.
        Assert.Equal(0, place.Run("report", "s.db", "--out", "page").ExitCode);
        var figures = string.Concat(Directory.GetFiles(place.PathOf("page"), "*embedding*.svg", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(["my cats", "dogs", "Füchse"], name => Assert.Contains(name, figures, StringComparison.Ordinal));

        File.WriteAllText(place.PathOf("My pictures/my cats/broken.png"), "no image");
        WriteSweep("folder", "data.path: My pictures", "data.split_seed: 1");
        var broken = place.Run("run", "folder.yaml", "--store", "other.db");
        Assert.Equal((2, ""), (broken.ExitCode, broken.Output));
        Assert.Contains("1 of ", broken.Error, StringComparison.Ordinal);
        Assert.Contains("'my cats/broken.png' (it is no PNG or JPEG)", broken.Error, StringComparison.Ordinal);

        WriteSweep("folder", "data.path: My pictures", "data.split_seed: 1", "data.skip_damaged: true");
        Assert.Equal(0, place.Run("run", "folder.yaml", "--store", "other.db", "--quiet").ExitCode);
    }

    [Fact]
    public void A_sweep_over_two_thousand_renderings_as_JPEG_tells_their_classes_apart()
    {
        const int each = 700;
        var random = new Random(5);
        foreach (var name in new[] { "discs", "bars", "rings" })
        {
            Directory.CreateDirectory(place.PathOf($"renderings/{name}"));
            for (var i = 0; i < each; i++) Render($"renderings/{name}/{i:0000}.jpg", name, random);
        }

        place.Write("renderings.yaml", """
            version: 1
            name: renderings
            seeds: 2
            fixed:
              data.source: folder
              data.path: renderings
              data.test_share: 0.2
              data.test_images: 400
              augment.recipe: mild
              augment.views: 2
              train.epochs: 10
              train.batch_size: 128
            grid:
              loss.variance_weight: [0, 25]
            """);
        var run = place.Run("run", "renderings.yaml", "--store", "s.db");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        var lines = place.Lines("csv/summary.csv");
        var (variance, knn) = (lines[0].Split(',').IndexOf("loss.variance_weight"), lines[0].Split(',').IndexOf("embedding/knn_top1:mean"));
        var scores = lines[1..].ToDictionary(line => line.Split(',')[variance], line => double.Parse(line.Split(',')[knn], CultureInfo.InvariantCulture));
        Assert.True(scores["25"] > 0.6 && scores["25"] > scores["0"], string.Join("; ", scores));

        // Held-out images are a fifth of 2,100, so all that were asked for are there; the embedding of all of them can be had.
        Assert.Equal(0, place.Run("embed", "s.db", "best", "--images", "renderings", "--out", "Z.npy").ExitCode);
        Assert.Equal(3 * each, Shape("Z.npy")[0]);
    }

    [Fact]
    public void The_file_that_the_verb_features_writes()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("features", "tiny.yaml", "--out", "F.npy", "--quiet").ExitCode);
        WriteSweep("features", "data.path: F.npy", "data.labels: F.labels.npy", "backbone.arch: none");

        var trial = RunToTheEnd("features");

        Assert.InRange(Number(trial, "embedding/knn_top1"), 0, 1);
        var refused = place.Run("features", "features.yaml", "--out", "again.npy");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("has 'data.source: features': its features lie in '", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CIFAR100_in_its_binary_version()
    {
        byte[] Records(int count) =>
            [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[(byte)(i % 20), (byte)(i % 100), .. Enumerable.Repeat((byte)(i * 7), 3072)])];
        Directory.CreateDirectory(place.PathOf("data/cifar-100-binary"));
        File.WriteAllBytes(place.PathOf("data/cifar-100-binary/train.bin"), Records(60));
        File.WriteAllBytes(place.PathOf("data/cifar-100-binary/test.bin"), Records(20));
        WriteSweep("cifar100", "data.train_images: 60", "data.test_images: 20");

        RunToTheEnd("cifar100");
    }

    [Fact]
    public void Sources_as_an_axis_of_one_sweep()
    {
        WriteImages("images.npy", 32, 32);
        WriteLabels("labels.npy");
        place.Write("sources.yaml", """
            version: 1
            name: sources
            fixed: {data.train_images: 48, data.test_images: 12, augment.views: 2, train.batch_size: 16, train.epochs: 1}
            blocks:
              - {name: shapes, fixed: {data.source: shapes}}
              - {name: own, fixed: {data.source: npy, data.path: images.npy, data.labels: labels.npy}}
            """);

        Assert.Equal(2, JsonDocument.Parse(place.Run("plan", "sources.yaml", "--json").Output).RootElement.GetProperty("stacks").GetArrayLength());
        Assert.Equal(0, place.Run("run", "sources.yaml", "--store", "s.db", "--quiet").ExitCode);
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        Assert.Equal(3, place.Lines("csv/trials.csv").Length);
        Assert.Contains("shapes", string.Join('\n', place.Lines("csv/trials.csv")), StringComparison.Ordinal);
        Assert.Equal(0, place.Run("report", "s.db").ExitCode);
    }

    [Fact]
    public void A_changed_file_makes_new_trials_and_a_moved_one_none()
    {
        WriteImages("images.npy", 32, 32);
        WriteSweep("npy", "data.path: images.npy");
        Assert.Equal(0, place.Run("run", "npy.yaml", "--store", "s.db", "--quiet").ExitCode);
        var first = Ids();

        File.Move(place.PathOf("images.npy"), place.PathOf("moved.npy"));
        WriteSweep("npy", "data.path: moved.npy");
        var moved = place.Run("run", "npy.yaml", "--store", "s.db");
        Assert.Equal(0, moved.ExitCode);
        Assert.Contains("0 trials added, 1 kept (1 of them finished)", moved.Error, StringComparison.Ordinal);
        Assert.Equal(first, Ids());
        Assert.Contains("moved.npy", place.Run("show", "s.db", first[0]).Output, StringComparison.Ordinal);

        WriteImages("moved.npy", 32, 32, shift: 1);
        var resumed = place.Run("resume", "s.db", "--states", "completed");
        Assert.Equal(2, resumed.ExitCode);
        Assert.Contains("'data.path' is 'moved.npy', whose content changed: these trials are of ", resumed.Error, StringComparison.Ordinal);

        var changed = place.Run("run", "npy.yaml", "--store", "s.db");
        Assert.True(changed.ExitCode == 0, changed.Error);
        Assert.Contains("The content of 'moved.npy' (data.path) changed, so its trials are new ones", changed.Error, StringComparison.Ordinal);
        Assert.Equal(2, Ids().Concat(first).Distinct().Count());

        string[] Ids()
        {
            Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv", "--sweep", "npy").ExitCode);
            return [.. place.Lines("csv/trials.csv").Skip(1).Select(line => line.Split(',')[0])];
        }
    }

    [Fact]
    public void Two_data_sets_are_an_axis_of_one_sweep_and_share_its_store()
    {
        WriteImages("one.npy", 32, 32);
        WriteImages("other.npy", 32, 32, shift: 1);
        File.Copy(place.PathOf("one.npy"), place.PathOf("copy.npy"));
        WriteSweep("npy");
        File.AppendAllText(place.PathOf("npy.yaml"), "grid: {data.path: [one.npy, other.npy, copy.npy], loss.gamma: [1, 2]}\n");

        Assert.Equal(0, place.Run("run", "npy.yaml", "--store", "s.db", "--quiet").ExitCode);

        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        var rows = place.Lines("csv/trials.csv").Select(line => line.Split(',')).ToList();
        var column = Array.IndexOf(rows[0], "data.path");
        Assert.Equal(["one.npy", "one.npy", "other.npy", "other.npy"], rows.Skip(1).Select(row => row[column]).Order(StringComparer.Ordinal));
        Assert.Equal(4, rows.Skip(1).Select(row => row[Array.IndexOf(rows[0], "loss/total")]).Distinct().Count()); // Other data give other numbers.
        Assert.Equal(0, place.Run("report", "s.db").ExitCode);
        Assert.Equal(0, place.Run("verify", "s.db").ExitCode);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_noticed_by_plan_and_no_store_is_made()
    {
        File.WriteAllBytes(place.PathOf("torn.safetensors"), [1, 2, 3]);
        var header = """{"features.0.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        File.WriteAllBytes(place.PathOf("other.safetensors"),
            [.. BitConverter.GetBytes((long)header.Length), .. System.Text.Encoding.ASCII.GetBytes(header), 0, 0, 0, 0]);
        foreach (var (name, complaint) in new[] { ("torn", "3 bytes are too few for a safetensors file"), ("other",
            "'features.0.weight' has shape [1], but VGG16 has [64, 3, 3, 3]") })
        {
            WriteSweep("shapes", $"backbone.weights: {name}.safetensors");
            foreach (var verb in new[] { "plan", "run" })
            {
                var result = place.Run(verb, "shapes.yaml");
                Assert.Equal((2, ""), (result.ExitCode, result.Output));
                Assert.Contains(complaint, result.Error, StringComparison.Ordinal);
            }
        }

        Assert.False(Directory.Exists(place.PathOf("results")));
    }

    [Fact]
    public void A_plan_notices_what_a_run_would_refuse_and_no_store_is_made()
    {
        WriteSweep("npy", "data.path: nowhere.npy");
        foreach (var verb in new[] { "plan", "run" })
        {
            var result = place.Run(verb, "npy.yaml");
            Assert.Equal((2, ""), (result.ExitCode, result.Output));
            Assert.Contains("'data.path' is 'nowhere.npy', but there is no such file.", result.Error, StringComparison.Ordinal);
        }

        WriteSweep("cifar100");
        var plan = place.Run("plan", "cifar100.yaml");
        Assert.Equal(0, plan.ExitCode); // It counts trials without its data.
        Assert.Contains("missing There is no CIFAR-100 folder 'data/cifar-100-binary'.", plan.Output, StringComparison.Ordinal);
        Assert.Equal(2, place.Run("run", "cifar100.yaml").ExitCode);
        Assert.False(Directory.Exists(place.PathOf("results")));
    }

    [Fact]
    public void Halving_by_a_score_of_labels_is_refused_where_there_are_none()
    {
        WriteImages("images.npy", 32, 32);
        WriteSweep("npy", "data.path: images.npy");
        File.AppendAllText(place.PathOf("npy.yaml"), "stop: {halving: {metric: embedding/knn_top1, every_epochs: 1}}\n");

        var plan = place.Run("plan", "npy.yaml");

        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("'stop.halving.metric' is embedding/knn_top1, which needs labels, but the samples of '", plan.Error, StringComparison.Ordinal);
    }

    private void WriteSweep(string source, params string[] more) => place.Write($"{source}.yaml", $"""
        version: 1
        name: {source}
        fixed:
          data.source: {source}
          augment.views: 2
          train.batch_size: 16
          train.epochs: 2
        {string.Concat(more.Select(line => $"  {line}\n"))}
        """);

    /// <summary>The one trial's row of trials.csv.</summary>
    private Dictionary<string, string> RunToTheEnd(string source)
    {
        var run = place.Run("run", $"{source}.yaml", "--store", "s.db");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, place.Run("export", "s.db", "--csv", "csv").ExitCode);
        var lines = place.Lines("csv/trials.csv");
        Assert.Equal(2, lines.Length);
        var trial = lines[0].Split(',').Zip(lines[1].Split(',')).ToDictionary(column => column.First, column => column.Second);
        Assert.Equal("completed", trial["state"]);
        return trial;
    }

    private static double Number(Dictionary<string, string> trial, string name) => double.Parse(trial[name], CultureInfo.InvariantCulture);

    private long[] Shape(string name)
    {
        using var file = File.OpenRead(place.PathOf(name));
        var text = new byte[128];
        file.ReadExactly(text);
        var shape = System.Text.Encoding.Latin1.GetString(text).Split('(', ')')[1];
        return [.. shape.Split(',', StringSplitOptions.TrimEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
    }

    private void WriteImages(string name, int height, int width, int shift = 0) => Npy.Write(
        place.PathOf(name),
        "|u1",
        $"({Samples}, {height}, {width}, 3)",
        Enumerable.Range(0, Samples * height * width * 3).Select(i => (byte)((i / (height * width * 3) % 4 * 50) + (i * 7919L % 60) + shift)));

    private void WriteLabels(string name) => Npy.Write(place.PathOf(name), [.. Enumerable.Range(0, Samples).Select(i => i % 4L)]);

    /// <summary>A figure of one kind at a random place, of a random size and colour, on a background of noise, such as a camera would keep as JPEG.</summary>
    private void Render(string name, string kind, Random random)
    {
        using var bitmap = new SKBitmap(48, 48);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++) bitmap.SetPixel(x, y, new SKColor((byte)(90 + random.Next(50)), (byte)(90 + random.Next(50)), (byte)(90 + random.Next(50))));
        }

        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint())
        {
            paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)(random.Next(2) * 255));
            paint.StrokeWidth = 3;
            paint.IsStroke = kind == "rings";
            var (x, y, size) = (random.Next(16, 32), random.Next(16, 32), random.Next(9, 14));
            if (kind == "bars") canvas.DrawRect(x - 4, y - size, 6, 2 * size, paint);
            else canvas.DrawCircle(x, y, size, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        File.WriteAllBytes(place.PathOf(name), data.ToArray());
    }

    private void WritePicture(string name, SKColor colour)
    {
        using var bitmap = new SKBitmap(36, 40);
        bitmap.Erase(colour);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(place.PathOf(name), data.ToArray());
    }
}
