using System.CommandLine;
using System.CommandLine.Completions;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>new [NAME]</c>: the ready-made sweeps, which lie beside the program for those who have no checkout.</summary>
internal static class NewCommand
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "sweeps");

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "The ready-made sweep to write; without it, all are listed.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(_ => Names().Select(n => new CompletionItem(n)));
        var target = new Option<string?>("--out", "-o") { Description = "The sweep file to write; it must not be there yet. [NAME.yaml]", HelpName = "SWEEP.yaml" };
        var command = new Command("new", "List the ready-made sweeps, or write one of them as a file, to run or to change.") { name, target }
            .WithExamples("new", "new quickstart", "new epsilon --out mine.yaml");
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(target);
            if (parsed.GetValue(name) is { } chosen) Write(chosen, file ?? $"{chosen}.yaml");
            else if (file is null) List();
            else throw new SweepException("new --out needs the name of a ready-made sweep; 'new' alone lists them.");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>What to say of a sweep file that is not there: that one of this name comes with the program; empty where none does.</summary>
    public static string Hint(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && Names().Contains(name) ? $" One of this name comes with the program: {CommandName.Line("new", name)}" : "";

    private static void List()
    {
        var names = Names();
        var width = names.Max(n => n.Length);
        foreach (var name in names) Console.Out.WriteLine($"{name.PadRight(width)}  {Sweep(name).Question}");
    }

    /// <summary>A sweep with a base gets the base beside it: a file is of no use without.</summary>
    private static void Write(string name, string file)
    {
        if (!Names().Contains(name))
        {
            throw new SweepException($"There is no ready-made sweep '{name}'."
                + (Spelling.Nearest(name, Names()) is { } near ? $" Did you mean '{near}'?" : $" There are: {string.Join(", ", Names())}."));
        }

        var sweep = Sweep(name);
        NewFile.Write(file, TextOf(name));
        Console.Error.WriteLine(Visible.Line($"{file}: {sweep.Question}"));
        if (sweep.Base is { } found)
        {
            var beside = Path.Combine(Path.GetDirectoryName(file) ?? "", Path.GetFileName(found.Path));
            if (File.Exists(beside))
            {
                Console.Error.WriteLine(Visible.Line($"{beside}, on which it builds, is there already and stays as it is."));
            }
            else
            {
                NewFile.Write(beside, TextOf(Path.GetFileNameWithoutExtension(beside)));
                Console.Error.WriteLine(Visible.Line($"{beside}: on this it builds."));
            }
        }

        Console.Error.WriteLine($"Read it, then: {CommandName.Line("run", file)}");
    }

    private static IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static SweepFile Sweep(string name) => SweepFileReader.Read(PathOf(name), TrialCatalogue.Parameters);

    /// <summary>Without the first line, which leads an editor to the schema in a checkout.</summary>
    private static string TextOf(string name) => string.Join('\n', File.ReadAllText(PathOf(name)).Split('\n').SkipWhile(l => l.StartsWith("# yaml-language-server:", StringComparison.Ordinal)));

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.yaml");
}
