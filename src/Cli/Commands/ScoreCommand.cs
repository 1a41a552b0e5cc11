using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Metrics;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>score --view1 A.npy</c>: the loss terms and the panel of any embeddings, from any framework.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var view1 = new Option<string>("--view1")
        {
            Description = "Embeddings, or what else is to be judged: an NPY file of float16, float32 or float64, one row a sample. The panel is this view's.",
            HelpName = "A.npy",
            Required = true,
        };
        var view2 = new Option<string?>("--view2")
        {
            Description = "The same samples' embeddings in another view. Without it the loss terms, which are of two views, and the alignment are null.",
            HelpName = "B.npy",
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "Each row's class: an NPY file of integers. kNN then leaves one out, and the probe is cross-validated in five parts; without "
                + "labels both are null.",
            HelpName = "L.npy",
        };
        var json = Shared.Json();
        var loss = new LossOptions();
        var command = new Command("score", "The loss terms and the collapse metrics of embeddings from any framework, in double precision.")
        {
            view1, view2, labels,
        }.WithExamples("score --view1 a.npy --view2 b.npy --labels y.npy");
        foreach (var option in loss.All)
        {
            command.Add(option);
        }

        command.Add(json);
        command.Add(Shared.Libtorch);
        command.SetAction(parsed =>
        {
            var settings = loss.Read(parsed);
            Runtime.Load();
            var (path1, path2) = (parsed.GetRequiredValue(view1), parsed.GetValue(view2));
            using var z1 = EmbeddingFile.Read(path1);
            using var z2 = path2 is null ? null : EmbeddingFile.Read(path2);
            if (z2 is not null && !z1.shape.SequenceEqual(z2.shape))
            {
                throw new SweepException(
                    $"'{path1}' is {string.Join(" × ", z1.shape)} and '{path2}' is {string.Join(" × ", z2.shape)}, "
                    + "but the two views must have the same shape.");
            }

            using var classes = parsed.GetValue(labels) is { } path ? EmbeddingFile.ReadLabels(path, path1, z1.shape[0]) : null;
            var score = Score.Of(z1, z2, classes, settings);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(ScoreText.Json(score));
            }
            else
            {
                foreach (var line in ScoreText.Table(score)) Console.Out.WriteLine(Visible.Line(line));
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
