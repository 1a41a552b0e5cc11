using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary><c>run SWEEP.yaml</c>: creates or continues a sweep and trains what is not done.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = Shared.SweepFile();
        var store = new Option<string?>("--store") { Description = "The sweep's database; results/NAME/sweep.db unless given." };
        var (device, stack, cache, quiet) = (Shared.Device(), Shared.Stack(), Shared.CacheFolder(), Shared.Quiet());
        var command = new Command("run", "Create or continue a sweep. Running the same file again resumes it.") { file, store, device, stack, cache, quiet };
        command.SetAction(parsed =>
        {
            var training = new Training(parsed.GetRequiredValue(device), parsed.GetRequiredValue(stack), parsed.GetRequiredValue(cache), parsed.GetValue(quiet));
            var sweep = SweepFileReader.Read(parsed.GetRequiredValue(file), TrialCatalogue.Parameters);
            var plan = SweepPlan.Of(sweep, TrialCatalogue.Parameters);
            var path = parsed.GetValue(store) ?? Locations.Store(sweep.Name);
            return training.Run(path, plan);
        });
        return command;
    }
}

/// <summary><c>resume STORE</c>: continues a sweep without its file.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var (device, stack, cache, quiet) = (Shared.Device(), Shared.Stack(), Shared.CacheFolder(), Shared.Quiet());
        var command = new Command("resume", "Continue a sweep without its file.") { store, device, stack, cache, quiet };
        command.SetAction(parsed =>
        {
            var training = new Training(parsed.GetRequiredValue(device), parsed.GetRequiredValue(stack), parsed.GetRequiredValue(cache), parsed.GetValue(quiet));
            var path = parsed.GetRequiredValue(store);
            return File.Exists(path) ? training.Run(path, plan: null) : throw new SweepException($"{path}: there is no such store.");
        });
        return command;
    }
}
