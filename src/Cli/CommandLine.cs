using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
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
            if (parsed.Action is ParseErrorAction) return Refuse(parsed);

            // As a variable it reaches the workers too.
            if (parsed.GetValue(libtorch) is { } named) Environment.SetEnvironmentVariable(Libtorch.Variable, named);
            return parsed.Invoke(configuration);
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

    /// <summary>Says what is wrong with the command line, and where the help is; the help itself would push the sentence off the screen.</summary>
    private static int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine(Sentence(error));
        var verbs = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        for (var above = parsed.CommandResult.Parent; above is CommandResult { Command: not RootCommand } parent; above = parent.Parent) verbs = $" {parent.Command.Name}{verbs}";
        Console.Error.WriteLine($"See: vicreg-sweep{verbs} --help");
        return ExitCodes.UserError;
    }

    /// <summary>The library's own words for a value of the wrong type name a type of .NET's. Numbers have their own, see <see cref="Shared"/>; the rest are switches.</summary>
    private static string Sentence(ParseError error) =>
        error.SymbolResult is OptionResult { Option.ValueType: var type } option && type == typeof(bool) && error.Message.Contains("System.Boolean", StringComparison.Ordinal)
            ? $"{option.Option.Name} is '{string.Join(' ', option.Tokens)}', but takes no value."
            : Visible.Line(error.Message);
}
