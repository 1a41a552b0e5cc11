using System.CommandLine;
using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Text.Encodings.Web;
using System.Text.Json;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>devices</c>: what there is to train on, which libtorch, and why not another.</summary>
internal static class DevicesCommand
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static Command Create()
    {
        var json = Shared.Json();
        var command = new Command("devices", "Show the devices, the libtorch, and why a GPU cannot be used.") { json, Shared.Libtorch }
            .WithExamples("devices", "devices --libtorch python3");
        command.SetAction(parsed =>
        {
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            var facts = Facts.Gather();
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(facts, Indented));
            else Print(facts);
            return facts.Problem is null ? ExitCodes.Done : ExitCodes.UserError;
        });
        return command;
    }

    private static void Print(Facts facts)
    {
        Line("libtorch", facts.Libtorch is { } libtorch ? $"{libtorch}, {For(libtorch)}" : "none");
        if (facts.Problem is { } problem) Line("", problem);
        if (facts.Python is { } python && python != facts.Libtorch) Line("python3", python.Refusal() ?? $"{python} can be used: --libtorch python3");
        Line("cpu", $"{facts.Cores} core{(facts.Cores == 1 ? "" : "s")} with {facts.Instructions}, {Quantity.OfBytes(facts.MemoryBytes)} of memory");
        foreach (var (gpu, free) in facts.Driver.Gpus.Zip(facts.FreeBytes))
        {
            var memory = Quantity.OfBytes(gpu.MemoryBytes) + (free is { } bytes ? $", {Quantity.OfBytes(bytes)} free" : "");
            Line($"cuda:{gpu.Index}", $"{gpu.Name}, {memory}, compute capability {gpu.Capability}");
        }

        if (facts.Auto == "cuda:0") Line("steps", facts.StepObstacle ?? "by kernels of their own");
        if (facts.Driver.CudaVersion is { } version) Line("driver", $"runs CUDA {version} and older");
        if (facts.Obstacle is { } obstacle) Line("cuda", $"no: {obstacle}");
        Line("auto", facts.Auto ?? "nothing");
    }

    private static string For(Libtorch libtorch) =>
        !libtorch.HasCuda ? "for the processor alone" : libtorch.CudaVersion is { } cuda ? $"for CUDA {cuda}" : "for CUDA";

    private static void Line(string what, string text) => Console.WriteLine(Visible.Line($"{what,-9} {text}"));

    /// <param name="Libtorch">The one that trials are trained with; null where none can be loaded.</param>
    /// <param name="Problem">Why none can be loaded.</param>
    /// <param name="LoadedFrom">The file that is in memory.</param>
    /// <param name="Python">The PyTorch that python3 knows.</param>
    /// <param name="FreeBytes">Of each GPU; null where the driver cannot say.</param>
    /// <param name="Obstacle">Why no GPU can be used.</param>
    /// <param name="Auto">What <c>--device auto</c> takes.</param>
    /// <param name="StepObstacle">Why steps on a GPU are made of libtorch's operations; null where they are not.</param>
    private sealed record Facts(
        Libtorch? Libtorch, string? Problem, string? LoadedFrom, Libtorch? Python, int Cores, string Instructions, long MemoryBytes, NvidiaDriver Driver,
            IReadOnlyList<long?> FreeBytes, string? Obstacle, string? Auto, string? StepObstacle)
    {
        public static Facts Gather()
        {
            var (driver, python) = (NvidiaDriver.Ask(), Libtorch.OfPython());
            var (libtorch, problem, gpus) = (default(Libtorch), default(string), 0);
            try
            {
                libtorch = NativeRuntime.Libtorch;
                NativeRuntime.EnsureLoaded();
                gpus = Devices.GpuCount();
            }
            catch (SweepException e)
            {
                problem = e.Message;
            }

            return new Facts(
                problem is null ? libtorch : null,
                problem,
                NativeRuntime.LoadedFrom(),
                python,
                Environment.ProcessorCount,
                Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "no AVX2",
                GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                driver,
                [.. driver.Gpus.Select(g => NvidiaDriver.FreeBytes(g.Index))],
                libtorch is null || problem is not null ? null : Devices.Obstacle(gpus, libtorch, driver),
                problem is not null ? null : gpus > 0 ? "cuda:0" : "cpu",
                gpus > 0 ? Devices.StepObstacle() : null);
        }
    }
}
