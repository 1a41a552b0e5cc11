using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>Examples after the help of a verb: what one types says more than a list of options.</summary>
internal static class Help
{
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <param name="examples">Command lines without the command's name.</param>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        Examples.Add(command, examples);
        return command;
    }

    /// <summary>Has the help of every verb end with its examples.</summary>
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        foreach (var windows in new[] { "/h", "/?" }) help.Aliases.Remove(windows);
        help.Action = new WithExamplesAction((HelpAction)help.Action!);
    }

    private sealed class WithExamplesAction(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = standard.Invoke(parseResult);
            if (!Examples.TryGetValue(parseResult.CommandResult.Command, out var examples)) return code;

            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            foreach (var example in examples) output.WriteLine($"  {CommandName.Text} {example}");
            output.WriteLine();
            return code;
        }
    }
}
