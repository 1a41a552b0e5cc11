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
        var arguments = new TrainingArguments();
        var command = new Command("run", "Create or continue a sweep. Running the same file again resumes it.") { file, store };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = arguments.Read(parsed);
            var sweep = SweepFileReader.Read(parsed.GetRequiredValue(file), TrialCatalogue.Parameters);
            var plan = SweepPlan.Of(sweep, TrialCatalogue.Parameters);
            return Training.Run(options, parsed.GetValue(store) ?? Locations.Store(sweep.Name), plan);
        });
        return command;
    }
}
