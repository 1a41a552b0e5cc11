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
            // Line feeds in it are the program's own: see SweepException.
            foreach (var line in e.Message.Split('\n')) Console.Error.WriteLine(line);
            return ExitCodes.UserError;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine("This is a bug of vicreg-sweep, and nothing that you did wrong. Please report it with what follows.");

            // Indented, so that nothing in it can pass for a message.
            foreach (var line in FaultText.WithoutFrames(e.ToString()).Split('\n')) Console.Error.WriteLine($"  {line}");
            return ExitCodes.Bug;
        }
    }

    /// <summary>Says what is wrong with the command line, and where the help is; the help itself would push the sentence off the screen.</summary>
    private static int Refuse(ParseResult parsed)
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine(Sentence(error, parsed));
        var verbs = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand and var verb }; at = at.Parent) verbs = $" {verb.Name}{verbs}";
        Console.Error.WriteLine($"See: vicreg-sweep{verbs} --help");
        return ExitCodes.UserError;
    }

    private static string Sentence(ParseError error, ParseResult parsed) =>
        parsed.UnmatchedTokens.FirstOrDefault(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)) is { } unknown
            && Spelling.Nearest(unknown, NamesIn(parsed.CommandResult.Command)) is { } near
            ? Visible.Of($"{error.Message} Did you mean '{near}'?")
            : Visible.Line(error.Message);

    private static IEnumerable<string> NamesIn(Command command) => command.Options.Select(o => o.Name).Concat(command.Subcommands.Select(c => c.Name));
}
