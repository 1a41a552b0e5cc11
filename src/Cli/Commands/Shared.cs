using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VicRegSweeps.Reports.Analysis;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary>Arguments and options that several verbs take, so that they read the same everywhere.</summary>
internal static class Shared
{
    public static Argument<string> SweepFile() => new Argument<string>("SWEEP.yaml") { Description = "The sweep file." }.CompletedBy(Completions.SweepFiles);

    /// <summary>Reads the sweep file that somebody typed; a ready-made one that is not here is offered.</summary>
    /// <exception cref="SweepException">It is not there, or what is wrong with it.</exception>
    public static SweepFile ReadSweep(string path) =>
        !Path.Exists(path) && NewCommand.Hint(path) is { Length: > 0 } hint ? throw new SweepException($"{path}: there is no such file.{hint}")
        : SweepFileReader.Read(path, TrialCatalogue.Parameters);

    public static Argument<string> Store() => new Argument<string>("STORE")
    {
        Description = "The sweep's database, such as results/NAME/sweep.db or postgres://USER@HOST/DATABASE.",
        CustomParser = StorePathOf,
    }.CompletedBy(Completions.Stores);

    /// <summary>An option that names a store.</summary>
    public static Option<string?> StoreOption(string description, bool required = false)
    {
        var option = new Option<string?>("--store", "-s") { Description = description, HelpName = "STORE", Required = required, CustomParser = StorePathOf };
        option.CompletionSources.Add(Completions.Stores);
        return option;
    }

    /// <summary>The id of a trial of the store that the verb names.</summary>
    public static Argument<string> Trial() =>
        new Argument<string>("TRIAL") { Description = "The trial's id, or the beginning of it." }.CompletedBy(Completions.Trials);

    /// <summary>The ids of one or several trials of the store that the verb names.</summary>
    public static Argument<string[]> TrialIds() => new Argument<string[]>("TRIAL…")
    {
        Description = "The trials' ids, or the beginnings of them.",
        Arity = ArgumentArity.OneOrMore,
    }.CompletedBy(Completions.Trials);

    /// <summary>The whole ids of trials of which the beginnings were typed.</summary>
    /// <exception cref="SweepException">There is no such trial, or several.</exception>
    public static IReadOnlyList<string> WholeIds(string store, IEnumerable<string> typed)
    {
        using var reader = StoreRooms.OpenReader(store);
        var all = reader.Trials().Select(t => t.Id).ToList();
        return [.. typed.Select(id => TrialLookup.Find(all, t => t, id, "TRIAL")).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Parses the path of a store, which every verb refuses alike, and before it does anything.</summary>
    public static string StorePathOf(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        try
        {
            return StoreAddress.Checked(text);
        }
        catch (SweepException error)
        {
            // Not thrown: a shell that completes the path has not typed all of it yet.
            result.AddError(error.Message);
            return text;
        }
    }

    public static Option<string> Device() => Device("auto (the first GPU, else the processor), cpu, cuda or cuda:N.");

    public static Option<string> Device(string description)
    {
        var option = new Option<string>("--device", "-d") { Description = description, HelpName = "DEVICE", DefaultValueFactory = _ => "auto" };
        option.CompletionSources.Add("auto", "cpu", "cuda");
        return option;
    }

    /// <summary>Of the verbs that compute; one option for all, so that it is read in one place.</summary>
    public static Option<string?> Libtorch { get; } = new("--libtorch")
    {
        Description = $"Compute with another libtorch than the package's: its folder, that of a PyTorch, or python3 for the one that python3 imports. "
            + $"Also {Trials.Native.Libtorch.Variable}.",
        HelpName = "DIR",
    };

    public static Option<string> CacheFolder() => new("--cache", "-c")
    {
        Description = "The folder of feature banks.",
        DefaultValueFactory = _ => Locations.Cache(),
        HelpName = "DIR",
    };

    public static Option<string> Stack() => new("--stack")
    {
        Description = "The most trials trained together: auto or a number.",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<int?> Limit() => Whole("--limit", "Refuse a sweep of more trials than this.", standard: SweepPlan.DefaultMostTrials);

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Print nothing but errors." };

    public static Option<bool> Json() => new("--json", "-j") { Description = "Print JSON to standard output." };

    /// <summary>An option that takes a whole number, at least 1 unless said otherwise.</summary>
    /// <param name="standard">What it is when it is not given.</param>
    /// <param name="brief">A second, short name.</param>
    public static Option<int?> Whole(
        string name, string description, int minimum = 1, int maximum = int.MaxValue, int? standard = null, string? brief = null)
    {
        var option = new Option<int?>(name, brief is null ? [] : [brief])
        {
            Description = description,
            CustomParser = parsed => Parse<int>(parsed, name, NumberStyles.None, n => n >= minimum && n <= maximum,
                $"a whole number from {minimum} to {maximum}"),
        };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary>An option that takes a number, both ends included.</summary>
    public static Option<double?> Number(string name, string description, double minimum, double maximum, double standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = parsed => Parse<double>(
            parsed, name, NumberStyles.Float, n => n >= minimum && n <= maximum,
                $"a number from {ParameterValue.Shortest(minimum)} to {ParameterValue.Shortest(maximum)}"),
    };

    /// <summary>The shard of a folder that a worker trains.</summary>
    public static Option<ShardPlace?> Shard() => new("--shard")
    {
        Description = "Train one shard of a folder that machines share, such as 3/8, the third of eight; the store is that folder.",
        HelpName = "N/COUNT",
        CustomParser = parsed =>
        {
            try
            {
                return ShardPlace.Parse(parsed.Tokens.Count > 0 ? parsed.Tokens[0].Value : "");
            }
            catch (SweepException error)
            {
                parsed.AddError(error.Message);
                return null;
            }
        },
    };

    public static Option<string?> Scratch() => new("--scratch")
    {
        Description = "With --shard: where the shard's store lies while it is trained, on a disk of this machine. [the folder for temporary files, TMPDIR]",
        HelpName = "DIR",
    };

    /// <returns>Null for auto.</returns>
    public static int? StackWidth(string text) =>
        text == "auto" ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width >= 1 ? width
        : throw new SweepException($"--stack is '{text}', but must be auto or a whole number from 1 to {int.MaxValue}.");

    /// <summary>Numbers are written as in sweep files, whatever the machine's language: 1,5 is none.</summary>
    private static T? Parse<T>(ArgumentResult parsed, string name, NumberStyles style, Func<T, bool> isAllowed, string rule)
        where T : struct, System.Numerics.INumber<T>
    {
        var text = parsed.Tokens.Count > 0 ? parsed.Tokens[0].Value : "";
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out var number) && isAllowed(number)) return number;

        parsed.AddError(Visible.Of($"{name} is '{text}', but must be {rule}."));
        return null;
    }
}
