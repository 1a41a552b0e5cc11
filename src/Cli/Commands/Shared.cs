using System.CommandLine;
using System.CommandLine.Parsing;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>Arguments and options that several verbs take, so that they read the same everywhere.</summary>
internal static class Shared
{
    public static Argument<string> SweepFile() => new("SWEEP.yaml") { Description = "The sweep file." };

    public static Argument<string> Store() => new("STORE")
    {
        Description = "The sweep's database, such as results/NAME/sweep.db.",
        CustomParser = StorePathOf,
    };

    /// <summary>Parses the path of a store, which every verb refuses alike, and before it does anything.</summary>
    public static string StorePathOf(ArgumentResult result) => StorePath.Checked(result.Tokens.Count == 1 ? result.Tokens[0].Value : "");

    public static Option<string> Device() => new("--device")
    {
        Description = "auto (the first GPU, else the processor), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string?> Libtorch() => new("--libtorch")
    {
        Description = $"Compute with another libtorch than the package's: its folder, that of a PyTorch, or python3 for the one that python3 imports. Also {Trials.Libtorch.Variable}.",
        Recursive = true,
    };

    public static Option<string> CacheFolder() => new("--cache")
    {
        Description = "The folder of feature banks.",
        DefaultValueFactory = _ => Locations.Cache(),
    };

    public static Option<string> Stack() => new("--stack")
    {
        Description = "The most trials trained together: auto or a number.",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<int> Limit() => new("--limit")
    {
        Description = "Refuse a sweep of more trials than this.",
        DefaultValueFactory = _ => SweepPlan.DefaultMostTrials,
    };

    public static Option<bool> Quiet() => new("--quiet") { Description = "Print nothing but errors." };

    public static Option<bool> Json() => new("--json") { Description = "Print JSON to standard output." };

    /// <returns>Null for auto.</returns>
    public static int? StackWidth(string text) =>
        text == "auto" ? null
        : int.TryParse(text, out var width) && width >= 1 ? width
        : throw new SweepException($"--stack is '{text}', but must be auto or a whole number of at least 1.");
}
