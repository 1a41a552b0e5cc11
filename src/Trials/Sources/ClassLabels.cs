using System.Collections.Concurrent;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;

namespace VicRegSweeps.Trials.Sources;

/// <summary>The classes of samples, from the user's own NPY files: numbers from 0 on, none of which is without a sample.</summary>
internal static class ClassLabels
{
    /// <summary>More are a mistake, such as numbers of the samples in the place of their classes.</summary>
    public const int MostClasses = 10_000;

    private const int MostRemembered = 16;

    // A plan asks at every point.
    private static readonly ConcurrentDictionary<(string Path, FileStamp Stamp), long[]> Remembered = new();

    /// <summary>Reads the classes.</summary>
    /// <param name="samples">The file whose samples they are, for messages.</param>
    /// <param name="count">How many samples it has.</param>
    /// <exception cref="SweepException">The file cannot be read, or holds something else.</exception>
    public static long[] Read(string path, string samples, long count)
    {
        var key = (Path.GetFullPath(path), FileStamp.Of(path));
        if (!Remembered.TryGetValue(key, out var labels))
        {
            labels = ReadFile(path);
            if (Remembered.Count >= MostRemembered) Remembered.Clear();
            Remembered[key] = labels;
        }

        if (labels.LongLength != count)
            throw new SweepException(
                $"'{path}' has {OwnFiles.Counted(labels.LongLength, "labels")}, but must have one for each of the {count} samples of '{samples}'.");
        if (Array.FindIndex(labels, label => label is < 0 or >= MostClasses) is var wrong and >= 0)
            throw new SweepException(
                $"'{path}' holds {labels[wrong]} at position {wrong} (counted from 0), but a label must be a whole number from 0 to {MostClasses - 1}.");
        return labels;
    }

    /// <summary>How many classes there are.</summary>
    /// <param name="test">Null where held-out samples have no labels of their own.</param>
    /// <exception cref="SweepException">A class is empty.</exception>
    public static int Count(string trainPath, long[] train, string? testPath, long[]? test)
    {
        var isThere = new bool[train.Max() + 1];
        foreach (var label in train) isThere[label] = true;
        if (Array.IndexOf(isThere, false) is var empty and >= 0)
        {
            throw new SweepException(
                $"'{trainPath}' has no sample of class {empty}, but its labels must be the numbers from 0 to {isThere.Length - 1}, each of them at least once: "
                + "numpy.unique(labels, return_inverse=True)[1] numbers classes so.");
        }

        if (test is not null && Array.FindIndex(test, label => label >= isThere.Length) is var unknown and >= 0)
        {
            throw new SweepException(
                $"'{testPath}' holds class {test[unknown]} at position {unknown} (counted from 0), of which '{trainPath}' has no sample: its classes are 0 to {isThere.Length - 1}.");
        }

        return isThere.Length;
    }

    /// <summary>The labels of an own source's files, and how many classes they are; nulls and 0 where none are given.</summary>
    /// <param name="testCount">Null where held-out samples are a share of the others.</param>
    public static (long[]? Train, long[]? Test, int Classes) Of(TrialSettings s, long count, long? testCount)
    {
        var (path, testPath) = (OwnFiles.PathOf(s, OwnFiles.LabelsParameter), OwnFiles.PathOf(s, OwnFiles.TestLabelsParameter));
        if (path is null)
        {
            return testPath is null ? (null, null, 0)
                : throw new SweepException($"'{OwnFiles.TestLabelsParameter}' is given without '{OwnFiles.LabelsParameter}': give both, or neither.");
        }

        if (testCount is not null && testPath is null)
            throw new SweepException(
                $"'{OwnFiles.LabelsParameter}' is given, but not '{OwnFiles.TestLabelsParameter}', the labels of '{OwnFiles.PathOf(s, OwnFiles.TestPathParameter)}'.");

        var train = Read(path, OwnFiles.PathOf(s, OwnFiles.PathParameter)!, count);
        var test = testCount is { } held ? Read(testPath!, OwnFiles.PathOf(s, OwnFiles.TestPathParameter)!, held) : null;
        return (train, test, Count(path, train, testPath, test));
    }

    /// <summary>Without libtorch, which a plan does not load.</summary>
    private static long[] ReadFile(string path)
    {
        using var file = NpyRows.Open(path, type => type.Kind is 'i' or 'u', "integers", "Save labels.astype(numpy.int64).");
        if (file.Shape.Count != 1) throw new SweepException($"'{path}' is {file.ShapeText}, but labels must be N: one number for each sample.");

        var labels = new long[file.Shape[0]];
        file.Read(0, labels);
        file.CheckUnchanged();
        return labels;
    }
}
