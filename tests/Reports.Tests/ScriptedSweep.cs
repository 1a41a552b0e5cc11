using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tests;

/// <summary>A store whose trials end as a script says, with real names of parameters and metrics.</summary>
internal sealed class ScriptedSweep : IDisposable
{
    private static readonly IReadOnlyList<VerdictWord> Verdicts =
        [new("none", "", "Spread out."), new("dimensional", "in dimension", "A line."), new("complete", "completely", "A point.")];

    private static readonly Vocabulary Words = new()
    {
        Terms = [new("total", "All.") { IsTotal = true }, new("invariance", "λ's."), new("variance", "μ's."), new("covariance", "ν's.")],
        Metrics =
        [
            new("std_mean", "Spread.") { Better = Better.More },
            new("participation_ratio", "Directions.") { Unit = "dimensions", Better = Better.More },
            new("knn_top1", "What it knows.") { Unit = Metric.Share, Better = Better.More, Label = "kNN", DependsOn = ["eval.knn_k"] },
        ],
        Spaces =
        [
            new("embedding", "E dimensions") { Verdicts = Verdicts, KeptBy = "eval.keep_embeddings", Label = "emb" },
            new("representation", "R dimensions") { Verdicts = Verdicts, EndsTrials = true, Label = "repr" },
            new("features", "The backbone's own features") { Verdicts = Verdicts, IsInput = true },
        ],
        Headlines = ["knn_top1", "participation_ratio", "std_mean"],
        Objective = "embedding/knn_top1",
    };

    public static readonly ParameterCatalogue Parameters = new(
    [
        new Parameter { Name = "loss.variance_weight", Kind = ParameterKind.Real, Default = 25, Doc = "μ." },
        new Parameter { Name = "loss.covariance_weight", Kind = ParameterKind.Real, Default = 1, Doc = "ν." },
        new Parameter { Name = "loss.invariance_weight", Kind = ParameterKind.Real, Default = 25, Doc = "λ." },
        new Parameter { Name = "loss.epsilon", Kind = ParameterKind.Real, Default = 1e-4, Doc = "ε." },
        new Parameter { Name = "model.embedding_dim", Kind = ParameterKind.Integer, Default = 50, Doc = "E." },
        new Parameter { Name = "model.representation_dim", Kind = ParameterKind.Integer, Default = 100, Doc = "R." },
        new Parameter { Name = "backbone.seed", Kind = ParameterKind.Integer, Default = 0, Doc = "Of the backbone." },
        new Parameter { Name = "eval.knn_k", Kind = ParameterKind.Integer, Default = 20, Birth = 20, Minimum = 1, Doc = "k.", EvaluatedAs = "k" },
        new Parameter { Name = "eval.images", Kind = ParameterKind.Integer, Default = 500, Doc = "Images." },
        new Parameter { Name = "model.name", Kind = ParameterKind.Path, Default = "plain", Doc = "Any text." },
    ], vocabulary: Words);

    private readonly SweepEngine.Tests.Stores.TemporaryFolder folder = new();

    public ScriptedSweep(Func<Trial, Script?> script, IEnumerable<Trial> trials, string question = "Which weights?", string name = "scripted", string file = "")
    {
        Add(script, trials, question, name, file);
    }

    /// <summary>Registers a sweep and runs what is not done.</summary>
    public void Add(Func<Trial, Script?> script, IEnumerable<Trial> trials, string question = "Which weights?", string name = "scripted", string file = "")
    {
        var runner = new Runner(script);
        using var store = StoreRooms.CreateOrOpen(Database, Parameters, TimeProvider.System);
        store.Register(name, question, $"version: 1\nname: {name}\n{file}", trials, runner.StackKey);
        using var stop = new CancellationTokenSource();
        runner.Interrupt = stop.Cancel;
        new SweepRun(store, runner, new Silent(), new SweepRunOptions { WaitForOthers = false }).Execute(stop.Token);
    }

    public string Database => folder["sweep.db"];

    public string this[string name] => folder[name];

    public static Trial Trial(long seed, params IEnumerable<(string, ParameterValue)> settings) =>
        SweepEngine.Planning.Trial.Of(TrialSettings.From(Parameters, settings), seed);

    /// <summary>μ in 0, 1, 25 by ν in 0, 1, over so many seeds.</summary>
    public static IEnumerable<Trial> Grid(int seeds) =>
        from variance in new[] { 0.0, 1, 25 }
        from covariance in new[] { 0.0, 1 }
        from seed in Enumerable.Range(0, seeds)
        select Trial(seed, ("loss.variance_weight", variance), ("loss.covariance_weight", covariance));

    /// <summary>Alive with μ 25 and ν 1 alone, and better there.</summary>
    public static Script ByWeights(Trial trial)
    {
        var (variance, covariance) = (trial.Settings.Real("loss.variance_weight"), trial.Settings.Real("loss.covariance_weight"));
        var verdict = variance < 25 ? "complete" : covariance < 1 ? "dimensional" : "none";
        return new Script
        {
            Verdict = verdict,
            Knn = 0.1 + (0.004 * variance) + (0.05 * covariance) + (0.01 * Math.Sin(trial.Seed + variance)),
        };
    }

    public IStoreReader Read() => StoreRooms.OpenReader(Database);

    /// <summary>What a report works out.</summary>
    public (ReportData Data, Findings Findings) Findings(ReportOptions? options = null)
    {
        using var reader = Read();
        var data = ReportData.Of(reader, options ?? new ReportOptions());
        return (data, VicRegSweeps.Reports.Analysis.Findings.Of(data, options?.Baseline));
    }

    /// <summary>Writes a report and reads its page.</summary>
    public string Page(ReportOptions? options = null)
    {
        using var reader = Read();
        return File.ReadAllText(Report.Write(reader, folder["report"], options)[0]);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>How a trial ends; null for one that is interrupted.</summary>
    public sealed record Script
    {
        public TrialState State { get; init; } = TrialState.Completed;

        public string? Reason { get; init; }

        public string Verdict { get; init; } = "none";

        public string Evidence { get; init; } = "it is so";

        public double? Knn { get; init; } = 0.2;

        /// <summary>kNN with another k than the trial's own, by k; the trial is evaluated with these.</summary>
        public IReadOnlyDictionary<int, double> KnnAt { get; init; } = new Dictionary<int, double>();

        public int Dimension { get; init; } = 3;

        public int Images { get; init; } = 40;
    }

    private sealed class Silent : IRunObserver
    {
        public void StackStarted(StackWork work)
        {
        }

        public void TrialFinished(Trial trial, Outcome outcome)
        {
        }

        public void Progress(Progress progress)
        {
        }

        public void Message(string text)
        {
        }
    }

    private sealed class Runner(Func<Trial, Script?> script) : ITrialRunner
    {
        public Action Interrupt { get; set; } = () => { };

        public ParameterCatalogue Catalogue => Parameters;

        public string StackKey(Trial trial) => "all";

        public int StackWidth(Trial trial) => 4;

        public void Run(StackWork work, ITrialSink sink, CancellationToken cancel)
        {
            foreach (var trial in work.Trials)
            {
                if (script(trial) is not { } end)
                {
                    Interrupt();
                    cancel.ThrowIfCancellationRequested();
                    continue;
                }

                sink.Vectors(trial, Embedding(trial, end, 0));
                foreach (var step in new long[] { 20, 40 }) sink.Loss(trial, new LossRow((int)step / 20, step, 20, 3.0 / step, 1.0 / step, 0.5, 0.01));
                foreach (var space in new[] { "embedding", "representation" })
                {
                    sink.Panel(trial, new PanelRow(
                        2, 40, space,
                        [
                            new("std_mean", 0.5), new("participation_ratio", end.Knn * 20), new("knn_top1", end.Knn),
                            .. end.KnnAt.Select(k => KeyValuePair.Create($"knn_top1@k={k.Key}", (double?)k.Value)),
                        ],
                        [9, 3, 1], end.Verdict, end.Evidence));
                }

                sink.Vectors(trial, Embedding(trial, end, 40));
                sink.Spent("training", TimeSpan.FromSeconds(1));
                sink.Finish(trial, new Outcome(end.State, end.State == TrialState.Failed ? "diverged" : null, end.Reason
                    ?? (end.State == TrialState.Completed ? null : "because"), 2, 40, 1.5));
            }
        }

        private static VectorRow Embedding(Trial trial, Script end, long step)
        {
            var random = new Random((int)(trial.Seed + step));
            return new VectorRow(
                (int)step / 20, step, "embedding", "bank", [.. Enumerable.Range(0, end.Images).Select(i => i % 4)], end.Dimension,
                [.. Enumerable.Range(0, end.Images * end.Dimension).Select(i => (float)(random.NextDouble() + (i / end.Dimension % 4)))], false);
        }
    }
}
