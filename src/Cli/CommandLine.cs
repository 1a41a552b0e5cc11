using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using VicRegSweeps.Cli.Commands;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials.Native;

namespace VicRegSweeps.Cli;

/// <summary>The command: its verbs, and what becomes of errors.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        var root = new RootCommand("Hyperparameter sweeps for VICReg: define them in a file, interrupt and resume at will, export and report.")
        {
            NewCommand.Create(),
            PlanCommand.Create(),
            RunCommand.Create(),
            ResumeCommand.Create(),
            WorkerCommand.Create(),
            SubmitCommand.Create(),
            CancelCommand.Create(),
            DeleteCommand.Create(),
            VerifyCommand.Create(),
            MergeCommand.Create(),
            SweepsCommand.Create(),
            StatusCommand.Create(),
            ExportCommand.Create(),
            ReportCommand.Create(),
            RefineCommand.Create(),
            ServeCommand.Create(),
            ShowCommand.Create(),
            ScoreCommand.Create(),
            FeaturesCommand.Create(),
            EmbedCommand.Create(),
            DataCommand.Create(),
            DevicesCommand.Create(),
            CacheCommand.Create(),
            SchemaCommand.Create(),
            CompletionCommand.Create(),
        };
        Help.ShowExamples(root);

        // Signals are ours (see Interruption): the library would end the process two seconds after the first.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            if (Completions.Answer(root, args) is { } answers)
            {
                foreach (var answer in answers) Console.Out.WriteLine(Visible.Line(answer));
                return ExitCodes.Done;
            }

            var parsed = root.Parse(args);
            if (parsed.Action is ParseErrorAction) return Refuse(parsed);

            // As a variable it reaches the workers too.
            if (parsed.GetValue(Shared.Libtorch) is { } named) Environment.SetEnvironmentVariable(Libtorch.Variable, named);
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
        foreach (var sentence in Sentences(parsed)) Console.Error.WriteLine(sentence);
        var verbs = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand and var verb }; at = at.Parent)
            verbs = $" {verb.Name}{verbs}";
        Console.Error.WriteLine($"See: {CommandName.Text}{verbs} --help");
        return ExitCodes.UserError;
    }

    /// <summary>The library's words name neither what is missing nor, of a misspelt verb, the verb alone.</summary>
    private static IEnumerable<string> Sentences(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            var names = string.Join(", ", command.Subcommands.Select(c => c.Name));
            return parsed.UnmatchedTokens is [var word, ..] ? [Unknown("command", word, command)] : [$"The command is missing: name one of {names}."];
        }

        // What follows an unknown option is most likely its value, and is not complained about beside it.
        var unknown = parsed.UnmatchedTokens.Index().Where(t => t.Index == 0 || !parsed.UnmatchedTokens[t.Index - 1].StartsWith('-')).Select(t =>
            t.Item).ToList();
        var missing = command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is not { Tokens.Count: > 0 }).ToList();
        var all = parsed.Errors
            .Where(e => !parsed.UnmatchedTokens.Any(token => e.Message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Where(e => !(missing.Count > 0 && e.SymbolResult is CommandResult or ArgumentResult { Tokens.Count: 0, Parent: CommandResult }))
            .Select(e => e.SymbolResult is OptionResult { Tokens.Count: 0, Implicit: false, Option: { Arity.MinimumNumberOfValues: > 0 } option }
                ? $"{option.Name} needs a value{(option.HelpName is { } form ? $": {option.Name} {form}" : "")}."
                : e.Message)
            .Concat(unknown.Select(token => Unknown(token.StartsWith('-') ? "option" : "argument", token, command)))
            .Concat(missing.Count > 0 ? [$"{command.Name} needs {string.Join(" and ", missing.Select(a => a.HelpName ?? a.Name))}."] : []);
        return all.Distinct();
    }

    private static string Unknown(string kind, string word, Command command) =>
        $"There is no {kind} '{word}'{(command is RootCommand ? "" : $" of {command.Name}")}."
        + (Spelling.Nearest(word, NamesIn(command)) is { } near ? $" Did you mean '{near}'?" : "");

    private static IEnumerable<string> NamesIn(Command command) => command.Options.Select(o => o.Name).Concat(command.Subcommands.Select(c => c.Name));
}
