using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Tests.Extending;

/// <summary>Fits the slope of the line y = 3x by gradient descent, several trials at a time.</summary>
public sealed class LineRunner : ITrialRunner
{
    public ParameterCatalogue Catalogue { get; } = new(
    [
        new Parameter { Name = "fit.rate", Kind = ParameterKind.Real, Default = 0.1, Minimum = 0, ExclusiveMinimum = true, Doc = "Learning rate." },
        new Parameter { Name = "fit.epochs", Kind = ParameterKind.Integer, Default = 20, Minimum = 1, Doc = "Steps of descent.", SameWithinStack = true },
    ],
    vocabulary: new Vocabulary
    {
        Terms = [new("error", "Squared error of the slope.") { IsTotal = true }],
        Metrics = [new("distance", "How far the slope is from 3.") { Better = Better.Less }],
        Spaces = [new("slope", "The fitted slope") { Verdicts = [new("finite", "", "It is a number."), new("infinite", "beyond all numbers", "It is none.")] }],
        Objective = "slope/distance",
        Defect = new("overflow", "overflowed"),
    });

    /// <summary>Trials of equal keys are trained together.</summary>
    public string StackKey(Trial trial) => trial.Settings["fit.epochs"]!.Text;

    public int StackWidth(Trial trial) => 32;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        var slopes = work.Checkpoint is { } checkpoint
            ? JsonSerializer.Deserialize<double[]>(File.ReadAllText(checkpoint.Path))!
            : work.Trials.Select(t => (double)t.Seed).ToArray();
        var epochs = work.Trials[0].Settings.Integer("fit.epochs");
        for (var step = (int)(work.Checkpoint?.Step ?? 0); step < epochs; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                sink.Checkpoint(step, 0, stream => JsonSerializer.Serialize(stream, slopes));
                cancel.ThrowIfCancellationRequested();
            }

            foreach (var (i, trial) in work.Trials.Index())
            {
                slopes[i] -= 2 * trial.Settings.Real("fit.rate") * (slopes[i] - 3);
                sink.Loss(trial, new LossRow(step + 1, step + 1, 1, Finite(Math.Pow(slopes[i] - 3, 2))));
            }
        }

        foreach (var (i, trial) in work.Trials.Index())
        {
            var distance = Finite(Math.Abs(slopes[i] - 3));
            var verdict = distance is null ? "infinite" : "finite";
            sink.Panel(trial, new PanelRow(epochs, epochs, "slope", [new("distance", distance)], [], verdict, $"the slope is {slopes[i]}"));
            sink.Finish(trial, new Outcome(TrialState.Completed, null, null, epochs, epochs, 0));
        }
    }

    /// <summary>A store has no NaN: what is undefined is null.</summary>
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
