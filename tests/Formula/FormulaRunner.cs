using System.Text.Json;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Formula;

/// <summary>
/// Trains nothing: every loss is a closed formula of settings, seed and a running sum, which has to survive
/// interruptions for the later rows to come out right. For tests and drills of the engine.
/// </summary>
public sealed class FormulaRunner : ITrialRunner
{
    public const int StepsPerEpoch = 10;

    /// <summary>What a step is said to have taken, in seconds.</summary>
    public const double SecondsPerStep = 0.1;

    /// <summary>Bears on evaluations alone.</summary>
    public const string Zoom = "formula.zoom";

    private static readonly IReadOnlyList<VerdictWord> Verdicts =
        [new("none", "", "It is spread out."), new("dimensional", "in dimension", "Never given."), new("complete", "completely", "Its spread is below 1.")];

    /// <summary>Words of VICReg, whose stores of older versions have no others.</summary>
    public static readonly Vocabulary Words = new()
    {
        Terms = [new("total", "A running sum.") { IsTotal = true }, new("invariance", "Falls."), new("variance", "The seed."),
            new("covariance", "Never finite.")],
        Metrics = [new("spread", "How far apart.") { DependsOn = [Zoom] }, new("rank", "How many directions."), new("knn", "Null in every other epoch.")],
        Spaces =
        [
            new("embedding", "The sum and the slope") { Verdicts = Verdicts },
            new("representation", "The sum times the slope") { Verdicts = Verdicts, EndsTrials = true },
            new("features", "What all formulas share") { Verdicts = Verdicts, IsInput = true },
        ],
    };

    public static readonly ParameterCatalogue Parameters = new(
    [
        new Parameter { Name = "formula.shape", Kind = ParameterKind.Integer, Default = 1, Doc = "Trials that differ in it do not stack.", SameWithinStack = true },
        new Parameter { Name = "formula.slope", Kind = ParameterKind.Real, Default = 1, Doc = "How fast the loss falls." },
        new Parameter { Name = "formula.word", Kind = ParameterKind.Path, Default = "plain", Doc = "Any text." },
        new Parameter { Name = "formula.ending", Kind = ParameterKind.Word, Default = "complete", Words = ["complete", "stop", "diverge", "throw", "forget",
        "hungry", "crash"], Doc = "How the trial ends." },
        new Parameter { Name = "train.epochs", Kind = ParameterKind.Integer, Default = 3, Doc = "Epochs." },
        new Parameter { Name = Zoom, Kind = ParameterKind.Real, Default = 1, Birth = 1, Minimum = 0, Doc = "What the spread is multiplied by.", EvaluatedAs = "zoom" },
        new Parameter { Name = "data.path", Kind = ParameterKind.Path, Default = null, Doc = "Where nothing lies.", IsLocation = true },
    ], vocabulary: Words);

    public ParameterCatalogue Catalogue => Parameters;

    public int Width { get; init; } = 4;

    /// <summary>Called before every step with the stack and the number of steps done.</summary>
    public Action<StackWork, long> BeforeStep { get; init; } = (_, _) => { };

    /// <summary>What trials like the given one are trained on; null where nothing is said about it.</summary>
    public Func<Trial, TrialInput>? Input { get; set; }

    /// <summary>Every piece of work that was run.</summary>
    public List<StackWork> Runs { get; } = [];

    public static Trial Trial(long seed = 0, params IEnumerable<(string, ParameterValue)> settings) =>
        SweepEngine.Planning.Trial.Of(TrialSettings.From(Parameters, settings), seed);

    public static IEnumerable<Trial> Grid(int points, int seeds = 1) =>
        from point in Enumerable.Range(0, points)
        from seed in Enumerable.Range(0, seeds)
        select Trial(seed, ("formula.slope", 0.1 + point));

    public string StackKey(Trial trial) => trial.Settings["formula.shape"]!.Text;

    public int StackWidth(Trial trial) => Width;

    public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
    {
        Runs.Add(work);
        var (start, sums) = Restore(work);
        var before = work.Checkpoint?.Seconds ?? 0;
        var lanes = work.Trials.Select(t => new Lane(t, sums[t.Id], work.Trials.Count)).ToList();
        if (Input is not null) sink.Input(Input(work.Trials[0]));
        sink.Baseline("formula", Panel(null, 0, 0, "features", 0.5));
        for (var step = start; lanes.Count > 0; step++)
        {
            if (cancel.IsCancellationRequested || sink.CheckpointDue)
            {
                sink.Checkpoint(step, Seconds(step), stream => JsonSerializer.Serialize(stream, lanes.ToDictionary(l => l.Trial.Id, l => l.Sum)));
                cancel.ThrowIfCancellationRequested();
            }

            BeforeStep(work, step);
            foreach (var lane in lanes.ToList())
            {
                if (!lane.Step(step + 1, sink)) lanes.Remove(lane);
            }

            if ((step + 1) % StepsPerEpoch == 0 && lanes.Count > 0)
            {
                var survivors = sink.Survivors((int)((step + 1) / StepsPerEpoch), step + 1, Seconds(step + 1));
                lanes.RemoveAll(lane => !survivors.Contains(lane.Trial));
            }

            sink.Progress(new Progress("training", step, 30, "steps"));
        }

        double Seconds(long step) => before + ((step - start) * SecondsPerStep);
    }

    private static (long Start, IReadOnlyDictionary<string, double> Sums) Restore(StackWork work)
    {
        if (work.Checkpoint is null) return (0, work.Trials.ToDictionary(t => t.Id, _ => 0.0));

        try
        {
            var sums = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(work.Checkpoint.Path))!;
            return work.Trials.All(t => sums.ContainsKey(t.Id))
                ? (work.Checkpoint.Step, sums)
                : throw new InvalidOperationException($"{work.Checkpoint.Path} is of other trials than the stack's.");
        }
        catch (JsonException error)
        {
            throw new UnusableCheckpointException(error.Message, error);
        }
    }

    /// <param name="of">Whose panel it is; null for what all share.</param>
    private static PanelRow Panel(TrialSettings? of, int epoch, long step, string space, double value) => new(
        epoch,
        step,
        space,
        [
            new("spread", value * (of?.Real(Zoom) ?? 1)), new("rank", value * 2), new("knn", epoch % 2 == 0 ? null : 0.25),
            .. (of?.Evaluation.Of(Words.Metrics[0], Parameters) ?? []).Select(f => KeyValuePair.Create(f.Name, (double?)value * f.Values[Zoom].Number)),
        ],
        [value * 3, value],
        value < 1 ? "complete" : "none",
        $"spread is {value}");

    private sealed class Lane(Trial trial, double sum, int width)
    {
        public Trial Trial { get; } = trial;

        public double Sum { get; private set; } = sum;

        /// <returns>Whether the trial goes on.</returns>
        public bool Step(long step, ITrialSink sink)
        {
            var slope = Trial.Settings.Real("formula.slope");
            var epoch = (int)((step - 1) / StepsPerEpoch) + 1;
            Sum += Math.Sin(step * slope + Trial.Seed);
            if (step % 5 == 0) sink.Loss(Trial, new LossRow(epoch, step, 5, Sum, slope / step, Trial.Seed + 0.5, double.NaN));
            if (step % StepsPerEpoch == 0)
            {
                sink.Panel(Trial, Panel(Trial.Settings, epoch, step, "embedding", Sum + slope));
                sink.Panel(Trial, Panel(Trial.Settings, epoch, step, "representation", Sum * slope));
            }

            var outcome = Outcome(step, epoch);
            if (outcome is not null) sink.Finish(Trial, outcome);
            return outcome is null && !(step == StepsPerEpoch && Ending == "forget");
        }

        private string Ending => Trial.Settings.Text("formula.ending");

        private Outcome? Outcome(long step, int epoch)
        {
            var last = step == Trial.Settings.Integer("train.epochs") * StepsPerEpoch;
            return (Ending, step) switch
            {
                ("throw", 7) => throw new InvalidOperationException("the formula broke"),
                ("hungry", 7) when width > 2 => throw new InsufficientMemoryException($"no room for {width}"),
                ("crash", 7) => Crash(),
                ("diverge", 7) => new Outcome(TrialState.Failed, "diverged", "loss/total is not finite at step 7", 0, step, 0.5),
                ("stop", 20) => new Outcome(TrialState.Stopped, null, "enough", epoch, step, 1),
                _ when last => new Outcome(TrialState.Completed, null, null, epoch, step, 1.5),
                _ => null,
            };
        }

        /// <summary>Ends the process, as a fault in native code does.</summary>
        private Outcome? Crash()
        {
            Environment.FailFast($"trial {Trial.Id} crashed");
            return null;
        }
    }
}
