using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>The feature banks that lie in a cache folder, and how to be rid of them.</summary>
public static class FeatureBankCache
{
    /// <summary>Of a recipe, in bytes: it is a few lines.</summary>
    private const long LongestRecipe = 1 << 20;

    /// <summary>The banks, the one that was used last first; none where there is no such folder.</summary>
    /// <exception cref="SweepException">The folder cannot be read.</exception>
    public static IReadOnlyList<CachedBank> List(string cacheFolder)
    {
        if (!Directory.Exists(cacheFolder)) return [];

        try
        {
            return [.. Directory.EnumerateDirectories(cacheFolder).Where(IsBank).Select(Read).OrderByDescending(b => b.LastUse).ThenBy(b => b.Key,
                StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"The cache '{cacheFolder}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Removes a bank, unless a process is building it. Sweeps that run have read theirs, and lose nothing.</summary>
    /// <returns>Whether it is gone.</returns>
    /// <exception cref="SweepException">It cannot be removed.</exception>
    public static bool TryRemove(CachedBank bank)
    {
        try
        {
            LastingFiles.RefuseLink(bank.Folder, FeatureBankFolder.InCache);
            using (var held = FeatureBankFolder.TryLock(bank.Folder))
            {
                if (held is null) return false;

                // First what says that the bank is complete: whoever looks meanwhile builds it anew.
                File.Delete(Path.Combine(bank.Folder, FeatureBankFolder.RecipeFile));
                foreach (var file in Directory.EnumerateFiles(bank.Folder).Where(IsOfBank)) File.Delete(file);
                File.Delete(Path.Combine(bank.Folder, FeatureBankFolder.LockFile));
            }

            // Somebody may have begun to build it by now.
            if (!Directory.EnumerateFileSystemEntries(bank.Folder).Any()) Directory.Delete(bank.Folder);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"The feature bank '{bank.Folder}' cannot be removed: {error.Message}", error);
        }
    }

    /// <summary>A folder by the name of a key that holds parts of a bank and nothing else: a cache may be a folder that holds other things too.</summary>
    private static bool IsBank(string folder) =>
        Path.GetFileName(folder) is { Length: 32 } name && name.All(char.IsAsciiHexDigitLower)
        && new DirectoryInfo(folder).LinkTarget is null
        && Directory.EnumerateFileSystemEntries(folder).All(path => File.Exists(path)
            && (IsOfBank(path) || Path.GetFileName(path) == FeatureBankFolder.LockFile));

    private static bool IsOfBank(string path) =>
        Path.GetFileName(path) is FeatureBankFolder.RecipeFile || Path.GetExtension(path) is ".safetensors" or LastingFiles.Ending;

    private static CachedBank Read(string folder)
    {
        var files = new DirectoryInfo(folder).GetFiles();
        var recipe = files.FirstOrDefault(f => f.Name == FeatureBankFolder.RecipeFile);
        return new CachedBank(
            folder,
            files.Sum(f => f.Length),
            (recipe is null ? files.Select(f => f.LastWriteTimeUtc).DefaultIfEmpty(Directory.GetLastWriteTimeUtc(folder)).Max() : recipe.LastWriteTimeUtc),
            recipe is { Length: <= LongestRecipe } ? Contents(recipe.FullName) : null);
    }

    private static BankContents? Contents(string recipe)
    {
        try
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(recipe)).RootElement;
            return new BankContents(
                root.GetProperty("train_images").GetInt64(),
                root.GetProperty("test_images").GetInt64(),
                root.GetProperty("views").GetInt64(),
                root.GetProperty("recipe").GetString() ?? "",
                root.GetProperty("backbone").GetString() ?? "");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>A feature bank in a cache.</summary>
/// <param name="Folder">Its folder, whose name is its key.</param>
/// <param name="Bytes">Of all its files.</param>
/// <param name="LastUse">When a run read or built it last, in UTC.</param>
/// <param name="Contents">What it holds; null while it is not complete, or where that cannot be read.</param>
public sealed record CachedBank(string Folder, long Bytes, DateTime LastUse, BankContents? Contents)
{
    /// <summary>32 hex digits.</summary>
    public string Key => Path.GetFileName(Folder);
}

/// <summary>What a feature bank was made from.</summary>
/// <param name="Recipe">How views are made of images.</param>
/// <param name="Backbone">In words.</param>
public sealed record BankContents(long TrainImages, long TestImages, long Views, string Recipe, string Backbone);
