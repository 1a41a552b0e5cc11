using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Arrays;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>One bank's folder in the cache: a file a chunk, and <c>bank.json</c>, written last, which says that all are there.</summary>
internal sealed class FeatureBankFolder(string cacheFolder, string key)
{
    /// <summary>Its presence says that the bank is complete, its time of writing when it was last used.</summary>
    public const string RecipeFile = "bank.json";

    /// <summary>Held by whoever builds the bank.</summary>
    public const string LockFile = "lock";

    public const string InCache = "in the cache";

    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    private readonly string folder = Path.Combine(cacheFolder, key);

    /// <summary>The bank, where it is complete and whole. Needs no lock and works in a read-only cache.</summary>
    public FeatureBank? TryRead(FeatureBankRecipe recipe)
    {
        if (!File.Exists(Path.Combine(folder, RecipeFile)))
            return null;

        var bank = Allocate(recipe);
        foreach (var (chunk, whole) in Chunks(recipe, bank))
        {
            if (TryReadChunk(chunk, whole, recipe.Backbone.Features) is not null)
            {
                bank.Dispose();
                return null;
            }
        }

        RecordUse();
        return bank;
    }

    /// <summary>Builds what is missing or damaged, while no other process does.</summary>
    public FeatureBank BuildLocked(FeatureBankRecipe recipe, Action<Progress>? progress, CancellationToken cancel)
    {
        try
        {
            LastingFiles.RefuseLink(folder, InCache);
            Directory.CreateDirectory(folder);
            using var held = Lock(progress, cancel);
            var bank = Allocate(recipe);
            try
            {
                Build(recipe, bank, progress, cancel);
            }
            catch
            {
                bank.Dispose();
                throw;
            }

            WriteRecipe(recipe);
            return bank;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"The feature bank '{folder}' cannot be written: {error.Message}", error);
        }
    }

    private void Build(FeatureBankRecipe recipe, FeatureBank bank, Action<Progress>? progress, CancellationToken cancel)
    {
        var chunks = Chunks(recipe, bank).ToList();
        var total = chunks.Sum(pair => (long)pair.Chunk.Passes);
        var done = 0L;
        var missing = new Dictionary<FeatureBankChunk, FeatureSet>();
        foreach (var (chunk, whole) in chunks)
        {
            cancel.ThrowIfCancellationRequested();
            var complaint = TryReadChunk(chunk, whole, recipe.Backbone.Features);
            if (complaint is null)
            {
                done += chunk.Passes;
                continue;
            }

            missing.Add(chunk, whole);
            if (File.Exists(Path.Combine(folder, chunk.FileName)))
                Report($"feature bank, building a part anew: {complaint}", 0);
        }

        // What was there already is no work of this run, and must not look like any.
        Report("feature bank", 0);
        new FeatureBankBuild(
            recipe,
            [.. missing.Keys],
            (chunk, tensors) =>
            {
                Safetensors.Write(Path.Combine(folder, chunk.FileName), tensors);
                chunk.CopyTo(missing[chunk], tensors);
            },
            passes => Report("feature bank", passes)).Run(cancel);

        void Report(string activity, int passes)
        {
            done += passes;
            progress?.Invoke(new Progress(activity, done, total, "images"));
        }
    }

    /// <summary>Null when the chunk was read to its place; otherwise what is wrong with its file.</summary>
    private string? TryReadChunk(FeatureBankChunk chunk, FeatureSet whole, int features)
    {
        var path = Path.Combine(folder, chunk.FileName);
        using var scope = NewDisposeScope();
        try
        {
            var (tensors, _) = Safetensors.Read(path);
            if (!chunk.Fits(tensors, features))
                return $"'{path}' does not have the tensors of its part of the bank.";
            chunk.CopyTo(whole, tensors);
            return null;
        }
        catch (SweepException error)
        {
            return error.Message;
        }
    }

    private static IEnumerable<(FeatureBankChunk Chunk, FeatureSet Whole)> Chunks(FeatureBankRecipe recipe, FeatureBank bank)
    {
        foreach (var chunk in FeatureBankChunk.Of("train", recipe.Train, 0, recipe.Views))
            yield return (chunk, bank.Train);
        foreach (var chunk in FeatureBankChunk.Of("test", recipe.Test, FeatureBankChunk.FirstTestView, FeatureBank.TestViewsBeside(recipe.Views)))
            yield return (chunk, bank.Test);
    }

    private FeatureBank Allocate(FeatureBankRecipe recipe) => new(
        key,
        recipe.Train.Classes,
        FeatureSet.Allocate(recipe.Train.Count, recipe.Views, recipe.Backbone.Features),
        FeatureSet.Allocate(recipe.Test.Count, FeatureBank.TestViewsBeside(recipe.Views), recipe.Backbone.Features));

    private FileStream Lock(Action<Progress>? progress, CancellationToken cancel)
    {
        var path = Path.Combine(folder, LockFile);
        LastingFiles.RefuseLink(path, InCache);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (TryLock(folder) is { } held) return held;

            progress?.Invoke(new Progress("feature bank, waiting for another process to build it", 0, 1, "banks"));
            cancel.WaitHandle.WaitOne(LockPoll);
        }
    }

    /// <returns>Null while another process holds it.</returns>
    public static FileStream? TryLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            return null;
        }
    }

    /// <summary>.NET has no exception of its own for it: EWOULDBLOCK on Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeldElsewhere(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private void WriteRecipe(FeatureBankRecipe recipe) => WholeFile.WriteText(Path.Combine(folder, RecipeFile), recipe.ToJson() + "\n");

    private void RecordUse()
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(folder, RecipeFile), DateTime.UtcNow);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A read-only cache serves its banks; it merely cannot tell when.
        }
    }
}
