using System.Reflection;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Clusters;

/// <summary>What is to be submitted.</summary>
/// <param name="Store">As the user says it; null for shards in their usual place.</param>
/// <param name="IsDry">Whether nothing may be written.</param>
internal sealed record Submission(SweepPlan Plan, TrainingOptions Options, string? Store, bool IsDry)
{
    public string Sweep => Plan.File.Name;

    /// <summary>This very program, by full paths.</summary>
    public static IReadOnlyList<string> ThisProgram =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? [Environment.ProcessPath!, Assembly.GetEntryAssembly()!.Location]
            : [Environment.ProcessPath!];

    /// <summary>Registers the sweep in a store that all workers share.</summary>
    public void Register(string store)
    {
        using var screen = Screen.Create(Options.Quiet);
        using var runner = new VicRegRunner("cpu", Options.Cache);
        using var opened = StoreRooms.CreateOrOpen(store, runner.Catalogue, TimeProvider.System);
        Training.Register(opened, runner, Plan, Options, screen);
    }
}
