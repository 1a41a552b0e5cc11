using System.Globalization;
using VicRegSweeps.SweepEngine.Files;

namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>
/// The folder that one worker of a shard publishes into, and nobody else. A later worker of the same shard has a folder of its own with a higher
/// number, and the earlier one, should it still be there, finds that out and ends: what it has published cannot come between.
/// </summary>
internal sealed class ShardAttempt
{
    public const string Artifacts = "artifacts", Checkpoints = "checkpoints";

    private const string Beginning = "attempt-";
    private const string SignName = "worker.json";

    private readonly string folder;
    private readonly int number;

    private ShardAttempt(string folder, int number) => (this.folder, this.number) = (folder, number);

    /// <summary>Where it publishes.</summary>
    public string Path => PathOf(folder, number);

    /// <summary>Begins the next attempt at a shard. Of two that begin at once, each gets a number of its own.</summary>
    /// <param name="folder">Of the shard.</param>
    public static ShardAttempt Begin(string folder, ShardSign sign)
    {
        for (var number = All(folder).DefaultIfEmpty(0).Max() + 1; ; number++)
        {
            LastingFiles.MakeFolder(PathOf(folder, number));
            try
            {
                // Who makes this file has the number: that is decided by the file server alone.
                using var file = new StreamWriter(new FileStream(System.IO.Path.Combine(PathOf(folder, number), SignName), FileMode.CreateNew));
                file.Write(sign.ToJson());
                return new ShardAttempt(folder, number);
            }
            catch (IOException) when (File.Exists(System.IO.Path.Combine(PathOf(folder, number), SignName)))
            {
                // Another was faster.
            }
        }
    }

    /// <summary>The numbers of the attempts at a shard, in no order.</summary>
    public static IEnumerable<int> All(string folder) => !Directory.Exists(folder) ? [] : Directory.EnumerateDirectories(folder, $"{Beginning}*")
        .Select(path => int.TryParse(System.IO.Path.GetFileName(path)[Beginning.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0).Where(number => number > 0);

    public static string PathOf(string folder, int number) =>
        System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Beginning}{number}"));

    /// <summary>What the last worker of a shard says; null where none has begun.</summary>
    public static ShardSign? LastSign(string folder) =>
        All(folder).OrderDescending().Select(number => SignOf(folder, number)).FirstOrDefault(s => s is not null);

    /// <summary>Who has taken over from this worker; null while nobody has.</summary>
    public ShardSign? Successor() => All(folder).Where(n => n > number).OrderDescending().Select(n => SignOf(folder, n)).FirstOrDefault(s => s is not null);

    /// <summary>Replaces what this worker says of itself.</summary>
    public void Put(ShardSign sign)
    {
        var path = System.IO.Path.Combine(Path, SignName);
        var unfinished = LastingFiles.Unfinished(path);
        File.WriteAllText(unfinished, sign.ToJson());
        LastingFiles.Rename(unfinished, path);
    }

    /// <summary>Deletes what earlier attempts have published. What cannot be deleted costs room and nothing else.</summary>
    public void DeleteEarlier()
    {
        foreach (var earlier in All(folder).Where(n => n < number).ToList())
        {
            try
            {
                Directory.Delete(PathOf(folder, earlier), recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    private static ShardSign? SignOf(string folder, int number)
    {
        try
        {
            return ShardSign.Parse(File.ReadAllText(System.IO.Path.Combine(PathOf(folder, number), SignName)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
