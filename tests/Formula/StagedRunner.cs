using System.Globalization;
using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Formula;

/// <summary>A runner whose trials are built on others: towers on grounds. A trial without floors is a ground, and leaves its level in a file.</summary>
public sealed class StagedRunner : ITrialRunner
{
    public const string Level = "level";

    private const int Steps = 6;
    private const int StepsPerEpoch = 2;

    public static readonly ParameterCatalogue Parameters = new(
    [
        new Parameter { Name = "ground.depth", Kind = ParameterKind.Real, Default = 1, Doc = "How deep it is dug." },
        new Parameter { Name = "ground.ending", Kind = ParameterKind.Word, Default = "complete", Words = ["complete", "diverge",
        "throw"], Doc = "How digging ends." },
        new Parameter { Name = "tower.floors", Kind = ParameterKind.Integer, Default = 0, Minimum = 0, Doc = "Floors; 0 for a ground alone.", SameWithinStack = true },
        new Parameter
        {
            Name = "tower.floor", Kind = ParameterKind.Real, Default = 3, Doc = "The height of a floor.",
            ActiveWhen = s => s.Integer("tower.floors") > 0, ActiveWhenDoc = "tower.floors is above 0",
        },
        new Parameter { Name = "keep.level", Kind = ParameterKind.Word, Default = "all", Words = ["all", "best",
        "none"], Doc = "Who keeps its level.", IsRecord = true },
    ],
    vocabulary: new Vocabulary
    {
        Terms = [new("rest", "What is to be done yet.")],
        Metrics = [new("height", "Above the sea.") { Better = Better.More }, new("reach", "How far one sees.") { Better = Better.More }],
        Spaces =
        [
            new("site", "What stands there") { Metrics = ["height"], Verdicts = [new("sound", "", "It stands.")] },
            new("outlook", "What is seen from it")
            {
                Metrics = ["reach"], Verdicts = [new("clear", "", "Something is seen.")], When = settings => settings.Integer("tower.floors") > 0,
            },
        ],
        Artifacts = [new(Level, "The height that it ends at.") { KeptBy = "keep.level" }],
        Objective = "site/height",
        Headlines = ["reach", "height"],
    })
    {
        StageOf = settings => settings.Integer("tower.floors") == 0 ? null : TrialSettings.From(
            settings.Catalogue,
            settings.Catalogue.Parameters.Where(p => p.Name.StartsWith("ground.", StringComparison.Ordinal)).Select(p => (p.Name, settings[p.Name]!))),
    };

    public ParameterCatalogue Catalogue => Parameters;

    /// <summary>Called before every step.</summary>
    public Action BeforeStep { get; init; } = () => { };

    /// <summary>Whether it goes on from checkpoints; one of another version does not.</summary>
    public bool KnowsCheckpoints { get; init; } = true;

    /// <summary>The trials that have been trained to their ends, as often as they were.</summary>
    public List<Trial> Trained { get; } = [];

    public static Trial Of(long seed, params IEnumerable<(string Name, ParameterValue Value)> settings) =>
        Trial.Of(TrialSettings.From(Parameters, settings), seed);

    public string StackKey(Trial trial) => trial.Settings["tower.floors"]!.Text;

    public int StackWidth(Trial trial) => 3;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        if (work.Checkpoint is not null && !KnowsCheckpoints) throw new UnusableCheckpointException("It is of another version.");

        var sums = work.Checkpoint is { } checkpoint
            ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(checkpoint.Path))!
            : work.Trials.ToDictionary(t =>
                t.Id, t => work.Stages.TryGetValue(t.Id, out var stage) ? double.Parse(File.ReadAllText(stage[Level]), CultureInfo.InvariantCulture) : 0);
        for (var step = work.Checkpoint?.Step ?? 0; step < Steps; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                sink.Checkpoint(step, step, stream => JsonSerializer.Serialize(stream, sums));
                cancel.ThrowIfCancellationRequested();
            }

            BeforeStep();
            foreach (var trial in work.Trials)
            {
                sums[trial.Id] += Gain(trial);
                sink.Loss(trial, new LossRow((int)(step / StepsPerEpoch) + 1, step + 1, 1, Steps - step));
            }
        }

        foreach (var trial in work.Trials) End(trial, sums[trial.Id], sink);
    }

    private static double Gain(Trial trial) => trial.Settings.Integer("tower.floors") is > 0 and var floors
        ? floors * trial.Settings.Real("tower.floor") / Steps
        : -trial.Settings.Real("ground.depth") / Steps;

    private void End(Trial trial, double height, ITrialSink sink)
    {
        Trained.Add(trial);
        sink.Panel(trial, new PanelRow(Steps / StepsPerEpoch, Steps, "site", [new("height", height)], [], "sound", "it stands"));
        if (trial.Settings.Integer("tower.floors") > 0)
            sink.Panel(trial, new PanelRow(Steps / StepsPerEpoch, Steps, "outlook", [new("reach", Math.Sqrt(Math.Max(0, height)))], [], "clear",
                "there are floors"));
        var ending = trial.Settings.Integer("tower.floors") > 0 ? "complete" : trial.Settings.Text("ground.ending");
        if (ending == "throw") throw new InvalidOperationException("the shovel broke");
        if (ending == "complete")
            sink.Artifact(trial, Level, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(height.ToString("R", CultureInfo.InvariantCulture))));
        sink.Finish(trial, ending == "complete"
            ? new Outcome(TrialState.Completed, null, null, Steps / StepsPerEpoch, Steps, Steps)
            : new Outcome(TrialState.Failed, FailureClasses.Diverged, "it fell in", 0, Steps, Steps));
    }
}
