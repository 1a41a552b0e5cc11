using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Formula;

/// <summary>
/// Another runner than VICReg's, with words of its own: it flattens a sheet into a map by a formula. Two terms and no total, one
/// space with two verdicts, and metrics of which less is better.
/// </summary>
public sealed class MapRunner : ITrialRunner
{
    public const int StepsPerEpoch = 4;

    private const int Samples = 12;

    public static readonly ParameterCatalogue Parameters = new(
    [
        new Parameter { Name = "sheet.stiffness", Kind = ParameterKind.Real, Default = 1, Minimum = 0, Doc = "How hard the sheet is to bend." },
        new Parameter { Name = "sheet.sides", Kind = ParameterKind.Integer, Default = 3, Minimum = 3, Doc = "Sides of the sheet, and of the map.", SameWithinStack = true },
        new Parameter { Name = "press.epochs", Kind = ParameterKind.Integer, Default = 4, Minimum = 1, Doc = "Passes of the press.", SameWithinStack = true },
        new Parameter { Name = "map.keep", Kind = ParameterKind.Integer, Default = Samples, Doc = "Points whose places are kept.", IsRecord = true },
    ],
    vocabulary: new Vocabulary
    {
        Terms = [new("misfit", "How far the map is from the sheet."), new("strain", "How far the sheet is stretched.")],
        Metrics =
        [
            new("distortion", "Mean change of an angle.") { Unit = "degrees", Better = Better.Less, Label = "dist." },
            new("sharpness", "Share of the lines that can be read.") { Unit = Metric.Share, Better = Better.More },
        ],
        Spaces = [new("map",
        "The flattened sheet") { Verdicts = [new("sound", "", "It is whole."),
        new("ripped", "along a fold", "It is not.")], EndsTrials = true, KeptBy = "map.keep" }],
        Artifacts = [new("atlas", "The map as it is printed.")],
        Headlines = ["distortion", "sharpness"],
        Objective = "map/distortion",
        Defect = new("tear", "torn") { Past = "tore" },
    })
    {
        Examples = new SweepFileExamples { Rule = "sheet.stiffness > 2" },
    };

    public ParameterCatalogue Catalogue => Parameters;

    /// <summary>Called before every step with the number of steps done.</summary>
    public Action<long> BeforeStep { get; init; } = _ => { };

    public string StackKey(Trial trial) => $"{trial.Settings["sheet.sides"]}/{trial.Settings["press.epochs"]}";

    public int StackWidth(Trial trial) => 8;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        var sums = work.Checkpoint is { } checkpoint
            ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(checkpoint.Path))!
            : work.Trials.ToDictionary(t => t.Id, _ => 0.0);
        var (start, trials) = (work.Checkpoint?.Step ?? 0, work.Trials.ToList());
        if (start == 0) foreach (var trial in trials) sink.Vectors(trial, Places(trial, 0, 0));
        for (var step = start + 1; trials.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                sink.Checkpoint(step - 1, step - 1, stream => JsonSerializer.Serialize(stream, trials.ToDictionary(t => t.Id, t => sums[t.Id])));
                cancel.ThrowIfCancellationRequested();
            }

            BeforeStep(step - 1);
            var epoch = (int)((step - 1) / StepsPerEpoch) + 1;
            foreach (var trial in trials)
            {
                sums[trial.Id] += Math.Sin(step + trial.Seed) / trial.Settings.Real("sheet.stiffness");
                if (step % 2 == 0) sink.Loss(trial, new LossRow(epoch, step, 2, Misfit(trial, step), sums[trial.Id]));
                if (step % StepsPerEpoch == 0) sink.Panel(trial, Panel(trial, epoch, step, sums[trial.Id]));
            }

            if (step % StepsPerEpoch != 0) continue;
            if (epoch == trials[0].Settings.Integer("press.epochs"))
            {
                foreach (var trial in trials) Finish(trial, sink, epoch, step);
                return;
            }

            trials = [.. sink.Survivors(epoch, step, step)];
        }
    }

    private static void Finish(Trial trial, ITrialSink sink, int epoch, long step)
    {
        sink.Vectors(trial, Places(trial, epoch, step));
        sink.Finish(trial, new Outcome(TrialState.Completed, null, null, epoch, step, step));
    }

    private static double Misfit(Trial trial, long step) => trial.Settings.Real("sheet.stiffness") / step;

    /// <summary>Stiff sheets tear, and are distorted the more the stiffer they are.</summary>
    private static PanelRow Panel(Trial trial, int epoch, long step, double sum)
    {
        var stiffness = trial.Settings.Real("sheet.stiffness");
        return new PanelRow(
            epoch, step, "map", [new("distortion", (10 * stiffness) + (0.1 * sum)), new("sharpness", 1 / (1 + stiffness))], [2, 1 / stiffness],
            stiffness > 7 ? "ripped" : "sound", $"a stiffness of {stiffness}");
    }

    private static VectorRow Places(Trial trial, int epoch, long step)
    {
        var sides = trial.Settings.Integer("sheet.sides");
        var places = Enumerable.Range(0, Samples * sides).Select(i => (float)Math.Sin(i + trial.Seed + (step * trial.Settings.Real("sheet.stiffness"))));
        return new VectorRow(epoch, step, "map", "sheet", [.. Enumerable.Range(0, Samples).Select(i => i % 3)], sides, [.. places], false);
    }
}
