using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli;

/// <summary>What a shell offers for files, stores, trials and metrics. Completing says nothing and fails at nothing.</summary>
internal static class Completions
{
    private const int MostTrials = 200;
    private const string Store = ".db";

    /// <summary>Answers a shell that asks in the form of System.CommandLine: <c>[suggest:PLACE]</c>, and the line up to there or longer.</summary>
    /// <returns>Null where the arguments are no such question; else what may stand in the place, one a line.</returns>
    public static IReadOnlyList<string>? Answer(RootCommand root, string[] arguments)
    {
        if (arguments is not [var directive, var line] || !directive.StartsWith("[suggest:", StringComparison.Ordinal) || directive[^1] != ']') return null;
        if (!int.TryParse(directive.AsSpan()[9..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var place)) return null;

        // The first word is the command's own name, whatever it was called by.
        line = line[..Math.Min(place, line.Length)];
        line = line.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var end ? line[(end + 1)..] : "";
        var word = line[(line.LastIndexOf(' ') + 1)..];
        var fitting = root.Parse(line).GetCompletions(line.Length).Select(c => c.Label).Where(c => c.StartsWith(word, StringComparison.Ordinal)).ToList();

        // Options are offered to whoever begins one, or where there is nothing else.
        var others = fitting.FindAll(c => c[0] != '-' || word.StartsWith('-'));
        return others.Count > 0 ? others : fitting;
    }

    public static Argument<T> CompletedBy<T>(this Argument<T> argument, Func<CompletionContext, IEnumerable<CompletionItem>> source)
    {
        argument.CompletionSources.Add(source);
        argument.HelpName = argument.Name;    // Else the help would show what there is to complete.
        return argument;
    }

    public static IEnumerable<CompletionItem> SweepFiles(CompletionContext context) =>
        IsGiven(context, ".yaml") ? [] : Paths(context, path => Path.GetExtension(path) is ".yaml" or ".yml");

    /// <summary>Files that may be stores, and those of runs that kept theirs where runs do.</summary>
    public static IEnumerable<CompletionItem> Stores(CompletionContext context)
    {
        if (IsGiven(context, Store)) return [];

        IEnumerable<string> known = Directory.Exists("results") ? StoreFiles.Under("results") : [];
        var usual = known.Where(path => path.StartsWith(context.WordToComplete, StringComparison.Ordinal)).ToList();

        // A folder on the way to one of them needs no line of its own.
        var others = Paths(context, path => Path.GetExtension(path) == Store)
            .Where(other => Path.GetFileName(other.Label.TrimEnd('/')) is not ("artifacts" or "checkpoints"));
        return Items(usual).Concat(others.Where(other => !usual.Exists(path => path.StartsWith(other.Label, StringComparison.Ordinal))));
    }

    public static IEnumerable<CompletionItem> Trials(CompletionContext context) => OfStore(context, store =>
        store.Trials().Select(t => t.Id).Where(id => id.StartsWith(context.WordToComplete, StringComparison.OrdinalIgnoreCase)).Take(MostTrials));

    public static IEnumerable<CompletionItem> Metrics(CompletionContext context) => OfStore(context, store =>
        store.Vocabulary.RankingNames.Where(name => name.StartsWith(context.WordToComplete, StringComparison.Ordinal)));

    /// <summary>Something of the store that stands on the command line already; nothing without one that can be read.</summary>
    private static IEnumerable<CompletionItem> OfStore(CompletionContext context, Func<IStoreReader, IEnumerable<string>> names)
    {
        try
        {
            var path = context.ParseResult.Tokens.Select(t => t.Value).FirstOrDefault(word => word.Length > 0 && File.Exists(word));
            if (path is null) return [];

            using var store = StoreRooms.OpenReader(path);
            return [.. Items([.. names(store)])];
        }
        catch (SweepException)
        {
            return [];
        }
    }

    /// <summary>Whether a file of that kind is named on the line already: all arguments of a verb are asked what may stand in a place.</summary>
    private static bool IsGiven(CompletionContext context, string extension) =>
        context.ParseResult.Tokens.Any(t => t.Value != context.WordToComplete && Path.GetExtension(t.Value) == extension);

    /// <summary>Files and folders whose paths begin with the word.</summary>
    private static IEnumerable<CompletionItem> Paths(CompletionContext context, Func<string, bool> isWanted)
    {
        var word = context.WordToComplete;
        var slash = word.LastIndexOf('/') + 1;
        var (folder, start) = (word[..slash], word[slash..]);
        try
        {
            return Items(
            [
                .. new DirectoryInfo(folder.Length > 0 ? folder : ".").EnumerateFileSystemInfos($"{start}*")
                    .Where(e => start.Length > 0 || e.Name[0] != '.')
                    .Where(e => e is DirectoryInfo || isWanted(e.Name)).OrderBy(e => e.Name, StringComparer.Ordinal)
                    .Select(e => folder + e.Name + (e is DirectoryInfo ? "/" : "")),
            ]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    private static IEnumerable<CompletionItem> Items(IEnumerable<string> labels) => labels.Select(label => new CompletionItem(label));
}
