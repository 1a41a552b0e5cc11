using System.Globalization;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli;

/// <summary>Device, machine and versions: recorded with every stack, and told by <c>verify</c>.</summary>
internal static class TrainingEnvironment
{
    private const string Device = "device";
    private const string Processor = "processor";
    private const string Gpu = "gpu";

    /// <summary>As a JSON object, to be recorded.</summary>
    /// <param name="device">Resolved.</param>
    public static string Json(string device)
    {
        var facts = new Dictionary<string, string>
        {
            [Device] = device,
            ["machine"] = Environment.MachineName,
            ["cores"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            [Processor] = ComputingKind.Processor,
        };
        if (ComputingKind.Gpu(device) is { } gpu) facts[Gpu] = gpu;
        facts["vicreg-sweep"] = typeof(TrainingEnvironment).Assembly.GetName().Version!.ToString(3);
        facts["torch"] = NativeRuntime.Libtorch.IsPackage ? TorchSharp.torch.__version__ : NativeRuntime.Libtorch.Version ?? "unknown";
        facts["dotnet"] = Environment.Version.ToString();
        return JsonSerializer.Serialize(facts);
    }

    /// <summary>On which kinds of processor or GPU a store's stacks were trained, and whether this is one of them: a line each.</summary>
    /// <param name="here">As <see cref="Json"/> says it of this machine.</param>
    public static IEnumerable<string> Kinds(IReadOnlyList<RecordedEnvironment> recorded, string here)
    {
        var own = KindIn(here);
        foreach (var kind in recorded.GroupBy(e => KindIn(e.Json)).OrderByDescending(g => g.Sum(e => e.Stacks)))
        {
            var stacks = kind.Sum(e => e.Stacks);
            var (on, beside) = kind.Key is null ? ("a processor that is not recorded", "")
                : kind.Key == own ? (kind.Key, ", as here")
                : (kind.Key, $"; here is {own}, where the last digits may differ");
            yield return Visible.Line($"{Texts.Counted(stacks, "stack")} trained on {on}{beside}");
        }
    }

    /// <returns>Null where it is not recorded, as by 0.2.0 and before.</returns>
    private static string? KindIn(string? json)
    {
        if (json is null) return null;

        var facts = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        return facts.TryGetValue(Device, out var device) && device.ToString() != "cpu" ? Text(Gpu) : Text(Processor);

        string? Text(string name) => facts.TryGetValue(name, out var value) ? value.ToString() : null;
    }
}
