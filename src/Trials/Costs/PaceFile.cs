using System.Globalization;
using System.Text.Json;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Arrays;
using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Costs;

/// <summary><c>pace.json</c> in the cache: what earlier runs took, so that plans can tell what a sweep will take.</summary>
/// <remarks>
/// Nothing depends on it but estimates. So whatever is wrong with it is passed over, and of two processes that write
/// it at once the later wins.
/// </remarks>
public sealed record PaceFile
{
    private const string FileName = "pace.json";
    private const int MostKept = 64;
    private const int MostBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<StackPace> Stacks { get; init; } = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<BankPace> Builds { get; init; } = [];

    public IReadOnlyList<KnownBank> Banks { get; init; } = [];

    /// <summary>This machine with a device of it, as paces name it.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public static string Machine(string device) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}, {device}, {Environment.ProcessorCount} cores");

    /// <summary>What is known; nothing where there is no file, or none that can be read.</summary>
    public static PaceFile Read(string cacheFolder)
    {
        try
        {
            var file = new FileInfo(Path.Combine(cacheFolder, FileName));
            if (!file.Exists || file.Length > MostBytes)
                return new PaceFile();
            var read = JsonSerializer.Deserialize<PaceFile>(File.ReadAllBytes(file.FullName), Json) ?? new PaceFile();
            return new PaceFile
            {
                Stacks = [.. (read.Stacks ?? []).Where(p => p is { Machine: not null, Trials: > 0, StepRate: > 0 })],
                Builds = [.. (read.Builds ?? []).Where(p => p is { Machine: not null, Precision: not null, Rate: > 0 })],
                Banks = [.. (read.Banks ?? []).Where(b => b is { Settings: not null, Bank: not null } && Path.GetFileName(b.Bank) == b.Bank)],
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return new PaceFile();
        }
    }

    /// <summary>Adds to what is known, where the cache can be written.</summary>
    public static void Add(string cacheFolder, StackPace? stack = null, BankPace? build = null, KnownBank? bank = null)
    {
        var known = Read(cacheFolder);
        var now = new PaceFile
        {
            Stacks = stack is null ? known.Stacks : Newest([.. known.Stacks, stack]),
            Builds = build is null ? known.Builds : Newest([.. known.Builds, build]),
            Banks = bank is null ? known.Banks : Newest([.. known.Banks.Where(b => b.Settings != bank.Settings), bank]),
        };
        var path = Path.Combine(cacheFolder, FileName);
        try
        {
            Directory.CreateDirectory(cacheFolder);
            WholeFile.WriteText(path, JsonSerializer.Serialize(now, Json) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SweepException)
        {
            // Estimates are a convenience: no sweep ends because one cannot be kept.
        }
    }

    /// <summary>Whether the bank of a trial is complete in the cache; false also when that is not known.</summary>
    public bool HasBank(string cacheFolder, TrialSettings settings)
    {
        var key = BankCost.KeyOf(settings);
        return Banks.LastOrDefault(b => b.Settings == key) is { } bank
            && File.Exists(Path.Combine(cacheFolder, bank.Bank, FeatureBankFolder.RecipeFile));
    }

    private static List<T> Newest<T>(List<T> all) => all[Math.Max(0, all.Count - MostKept)..];
}
