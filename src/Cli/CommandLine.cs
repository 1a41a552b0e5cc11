using System.CommandLine;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli;

/// <summary>The command: its verbs, and what becomes of errors.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        var root = new RootCommand("Hyperparameter sweeps for VICReg: define them in a file, interrupt and resume at will, export and report.")
        {
            PlanCommand.Create(),
            RunCommand.Create(),
            ResumeCommand.Create(),
            WorkerCommand.Create(),
            VerifyCommand.Create(),
            MergeCommand.Create(),
            StatusCommand.Create(),
            ExportCommand.Create(),
            ReportCommand.Create(),
            ShowCommand.Create(),
            ScoreCommand.Create(),
            FeaturesCommand.Create(),
            DataCommand.Create(),
            DevicesCommand.Create(),
            SchemaCommand.Create(),
        };
        var libtorch = Shared.Libtorch();
        root.Add(libtorch);

        // Signals are ours (see Interruption): the library would end the process two seconds after the first.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            var parsed = root.Parse(args);
            // As a variable it reaches the workers too.
            if (parsed.GetValue(libtorch) is { } named) Environment.SetEnvironmentVariable(Libtorch.Variable, named);
            var code = parsed.Invoke(configuration);
            return parsed.Errors.Count > 0 ? ExitCodes.UserError : code;
        }
        catch (SweepException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCodes.UserError;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine($"This is a bug of vicreg-sweep, and nothing that you did wrong. Please report it with what follows.\n{FaultText.WithoutFrames(e.ToString())}");
            return ExitCodes.Bug;
        }
    }
}
