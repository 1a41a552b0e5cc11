using VicRegSweeps.Bench;
using VicRegSweeps.Trials.Native;

// Benchmarks print ratios of figures that were taken in one run, because machines drift; see docs/performance.md.
NativeRuntime.EnsureLoaded();
Dictionary<string, Action> benchmarks = new()
{
    ["products"] = ProductBenchmark.Run,
    ["step"] = StepBenchmark.Run,
    ["predictors"] = PredictorBenchmark.Run,
    ["evaluation"] = EvaluationBenchmark.Run,
    ["shapes"] = ShapesBenchmark.Run,
    ["article"] = ArticleBenchmark.Run,
    ["memory"] = MemoryBenchmark.Run,
    ["store"] = StoreBenchmark.Run,
    ["postgres"] = PostgresBenchmark.Run,
    ["shards"] = ShardsBenchmark.Run,
    ["export"] = ExportBenchmark.Run,
    ["weights"] = WeightsBenchmark.Run,
    ["report"] = ReportBenchmark.Run,
    ["live"] = LiveBenchmark.Run,
    ["search"] = SearchBenchmark.Run,
    ["backbone"] = BackboneBenchmark.Run,
    ["bank"] = BankBenchmark.Run,
    ["stream"] = StreamBenchmark.Run,
    ["encoders"] = EncoderBenchmark.OnProcessor,
    ["gpu-encoders"] = EncoderBenchmark.OnGpu,
    ["gpu-agreement"] = GpuAgreement.Run,
    ["gpu-memory"] = GpuMemoryUse.Run,
    ["gpu-step"] = GpuBenchmark.Steps,
    ["gpu-backbone"] = GpuBenchmark.Backbone,
    ["gpu-evaluation"] = GpuBenchmark.Evaluation,
    ["gpu-trace"] = GpuBenchmark.Trace,
};

var chosen = args.Length == 0 ? [.. benchmarks.Keys] : args;
foreach (var name in chosen)
{
    if (!benchmarks.TryGetValue(name, out var run))
    {
        Console.Error.WriteLine($"There is no benchmark '{name}', but {string.Join(", ", benchmarks.Keys)}.");
        return 2;
    }

    run();
}

return 0;
