using System.CommandLine;
using System.Globalization;
using VicRegSweeps.Cli.Commands;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Cli;

/// <summary>How <c>run</c>, <c>resume</c> and <c>worker</c> train.</summary>
/// <param name="Device">As the user says it, see <see cref="Trials.Native.Devices.Resolve"/>.</param>
/// <param name="StackWidth">Null leaves it to the sweep, or else to the device.</param>
/// <param name="Cache">The folder of feature banks.</param>
/// <param name="Workers">How many processes to start and to supervise; null trains in this one.</param>
/// <param name="CheckpointEvery">The longest that a stack trains without a checkpoint.</param>
/// <param name="Live">Where to serve the page of the sweep from while it runs; null serves none.</param>
internal sealed record TrainingOptions(
    string Device, int? StackWidth, string Cache, bool Quiet, int? Workers, TimeSpan CheckpointEvery, Serving? Live = null)
{
    public SweepRunOptions ForRun(string worker, string environment) => new()
    {
        Worker = worker,
        StackWidth = StackWidth,
        CheckpointEvery = CheckpointEvery,
        Environment = environment,
    };

    /// <summary>The arguments that give a worker the same options.</summary>
    public IEnumerable<string> ToArguments() =>
    [
        "--device", Device,
        "--stack", StackWidth?.ToString(CultureInfo.InvariantCulture) ?? "auto",
        "--cache", Cache,
        "--checkpoint-every", CheckpointEvery.TotalSeconds.ToString(CultureInfo.InvariantCulture),
    ];
}

/// <summary>The command-line options behind <see cref="TrainingOptions"/>.</summary>
internal sealed class TrainingArguments
{
    private readonly Option<string> device = Shared.Device();
    private readonly Option<string> stack = Shared.Stack();
    private readonly Option<string> cache = Shared.CacheFolder();
    private readonly Option<bool> quiet = Shared.Quiet();

    private const int MostWorkers = 4096;

    private readonly Option<int?> workers = Shared.Whole(
        "--workers", "Train in this many processes, which are started, watched over and restarted; in this one unless given.", maximum: MostWorkers,
            brief: "-w");

    private readonly Option<double?> checkpointEvery = Shared.Number(
        "--checkpoint-every", "The longest that a stack trains without a checkpoint, in seconds.", 0.001, 1e6, standard: 60);

    private readonly Option<bool> serve = new("--serve")
    {
        Description = "Serve the report's page to a browser while the sweep runs; its address is printed.",
    };

    private readonly ServingArguments serving = new("With --serve: ");

    /// <param name="serves">Whether the command may serve a page.</param>
    /// <param name="supervises">Whether the command may start workers itself.</param>
    public void AddTo(Command command, bool serves = true, bool supervises = true)
    {
        command.Add(device);
        command.Add(stack);
        command.Add(cache);
        command.Add(quiet);
        command.Add(checkpointEvery);
        command.Add(Shared.Libtorch);
        if (supervises) command.Add(workers);
        if (!serves || !supervises) return;

        command.Add(serve);
        serving.AddTo(command);
    }

    public TrainingOptions Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(device),
        Shared.StackWidth(parsed.GetRequiredValue(stack)),
        parsed.GetRequiredValue(cache),
        parsed.GetValue(quiet),
        parsed.GetValue(workers),
        TimeSpan.FromSeconds(parsed.GetValue(checkpointEvery)!.Value),
        parsed.GetValue(serve) ? serving.Read(parsed) : null);
}
