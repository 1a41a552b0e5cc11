using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Randomness;
using static System.FormattableString;

namespace VicRegSweeps.Trials.Sources;

/// <summary>What all sources have in common whose samples lie in the user's own files: how samples are chosen and divided.</summary>
/// <remarks>
/// Files are often sorted by class, and evaluations look at the first samples. So samples are put in a random order, which
/// <c>data.split_seed</c> decides, before any are chosen.
/// </remarks>
internal static class OwnFiles
{
    public const string PathParameter = "data.path";
    public const string LabelsParameter = "data.labels";
    public const string TestPathParameter = "data.test_path";
    public const string TestLabelsParameter = "data.test_labels";

    /// <summary>The parameters that name a file or folder, and count by what lies there.</summary>
    public static readonly IReadOnlyList<string> Paths = [PathParameter, LabelsParameter, TestPathParameter, TestLabelsParameter];

    /// <summary>The parameters that decide which samples there are, beside their number and where they lie.</summary>
    public static readonly IReadOnlyList<string> Deciding = ["data.side", "data.test_share", "data.split_seed", "data.skip_damaged"];

    private const int Fewest = 2;

    /// <summary>The value of a parameter that names a file or folder.</summary>
    public static string? PathOf(TrialSettings s, string parameter) => s[parameter]?.Text;

    /// <summary>Where the samples lie, in full.</summary>
    public static string Place(TrialSettings s) => Path.GetFullPath(PathOf(s, PathParameter)!);

    /// <summary>A sentence where a path is missing, or what lies there cannot be trained on; null otherwise.</summary>
    /// <param name="look">Looks at what lies there, and has a sentence for what is wrong with it or throws one.</param>
    /// <inheritdoc cref="MissingPath"/>
    public static string? Complaint(TrialSettings s, string what, bool isFolder, Func<string?> look)
    {
        if (MissingPath(s, what, isFolder) is { } missing) return missing;

        try
        {
            return look();
        }
        catch (SweepException error)
        {
            return error.Message;
        }
    }

    /// <summary>A sentence where <c>data.path</c> is not given, or a path that is given leads nowhere; null otherwise.</summary>
    /// <param name="what">What a path has to lead to: <c>a folder of images</c>.</param>
    /// <param name="isFolder">Whether it must be a folder.</param>
    private static string? MissingPath(TrialSettings s, string what, bool isFolder)
    {
        if (PathOf(s, PathParameter) is null) return $"'{PathParameter}' is not given, but data.source {s.Text(DataSources.Parameter)} needs it: {what}.";

        foreach (var (parameter,
            mayBeFolder) in new[] { (PathParameter, isFolder), (TestPathParameter, isFolder), (LabelsParameter, false), (TestLabelsParameter, false) })
        {
            if (PathOf(s, parameter) is not { } path) continue;

            if (mayBeFolder ? File.Exists(path) : Directory.Exists(path))
                return $"'{parameter}' is '{path}', which is a {(mayBeFolder ? "file" : "folder")}, but must be a {(mayBeFolder ? "folder" : "file")}.";
            if (!mayBeFolder && !OrdinaryFile.Is(path)) return $"'{parameter}' is '{path}', which is a pipe, a socket or a device, but must be a file.";
            if (mayBeFolder ? !Directory.Exists(path) : !File.Exists(path))
                return $"'{parameter}' is '{path}', but there is no such {(mayBeFolder ? "folder" : "file")}. A relative path begins at the current folder, '{Environment.CurrentDirectory}'.";
        }

        return null;
    }

    /// <summary>A sentence where there are too few samples; null otherwise.</summary>
    /// <param name="what">In the plural: <c>images</c>.</param>
    /// <param name="testCount">In files of their own; null where the held-out samples are a share.</param>
    public static string? TooFew(TrialSettings s, string what, int count, int? testCount)
    {
        var needed = testCount is null ? 2 * Fewest : Fewest;
        if (count < needed)
        {
            return $"'{PathOf(s, PathParameter)}' has {Counted(count, what)}, but must have at least {needed}"
                + (testCount is null ? $": {Fewest} to train on, and {Fewest} that are held out." : " to train on.");
        }

        return testCount < Fewest
            ? $"'{PathOf(s, TestPathParameter)}' has {Counted(testCount.Value, what)}, but must have at least {Fewest}, which are held out." : null;
    }

    /// <summary>How many samples there are to train on, and how many are held out.</summary>
    /// <inheritdoc cref="TooFew"/>
    public static (int Train, int Test) Counts(TrialSettings s, int count, int? testCount) =>
        Counts(s, count, testCount, s.Integer("data.train_images"), s.Integer("data.test_images"));

    /// <summary>The same of samples, or of sequences of them, of which at most so many are asked for.</summary>
    /// <inheritdoc cref="TooFew"/>
    public static (int Train, int Test) Counts(TrialSettings s, int count, int? testCount, int mostTrain, int mostTest)
    {
        var held = testCount ?? Held(s, count);
        return (Math.Min(mostTrain, testCount is null ? count - held : count), Math.Min(mostTest, held));
    }

    /// <summary>Which samples to train on, and which are held out, each in the order in which they are used.</summary>
    /// <param name="train">How many to train on; fewer where there are fewer.</param>
    /// <inheritdoc cref="TooFew"/>
    public static (int[] Train, int[] Test) Choose(TrialSettings s, int train, int count, int? testCount) =>
        Choose(s, train, count, testCount, s.Integer("data.train_images"), s.Integer("data.test_images"));

    /// <summary>The same of samples, or of sequences of them, of which at most so many are asked for.</summary>
    /// <inheritdoc cref="Choose(TrialSettings, int, int, int?)"/>
    public static (int[] Train, int[] Test) Choose(TrialSettings s, int train, int count, int? testCount, int mostTrain, int mostTest)
    {
        var seed = s.Integer("data.split_seed");
        (mostTrain, var test) = Counts(s, count, testCount, mostTrain, mostTest);
        train = Math.Min(train, mostTrain);
        if (testCount is { } separate) return (Order(seed, "samples", count)[..train], Order(seed, "held-out samples", separate)[..test]);

        // The held-out samples come first, so that asking for more to train on moves none of them.
        var order = Order(seed, "samples", count);
        var held = Held(s, count);
        return (order[held..(held + train)], order[..test]);
    }

    /// <summary>How sets that were chosen differ, for their identity.</summary>
    public static string ChoiceText(TrialSettings s) =>
        Invariant($"{s.Integer("data.split_seed")}/{s["data.test_share"]?.Text}");

    public static string Counted(long count, string what) => $"{count} {(count == 1 && what.EndsWith('s') ? what[..^1] : what)}";

    private static int Held(TrialSettings s, int count) =>
        Math.Clamp((int)Math.Round(s.Real("data.test_share") * count), Fewest, Math.Max(Fewest, count - Fewest));

    private static int[] Order(long seed, string stream, int count) => new RandomStream(RandomStream.Key(seed, stream)).Permutation(count);

    /// <summary>Reads, and says in a sentence why it cannot.</summary>
    public static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
