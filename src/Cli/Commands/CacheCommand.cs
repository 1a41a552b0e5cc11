using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Sources;
using static VicRegSweeps.Cli.Texts;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>cache</c>: the feature banks with size and last use, and how to be rid of them.</summary>
internal static class CacheCommand
{
    public static Command Create()
    {
        var cache = Shared.CacheFolder();
        var json = Shared.Json();
        var clear = new Option<bool>("--clear") { Description = "Remove all feature banks and decoded images. Runs make anew what they need." };
        var keep = new Option<long?>("--keep")
        {
            Description = "Remove the feature banks that were not used for longest, until the rest is no larger: 500M, 20G.",
            HelpName = "SIZE",
            CustomParser = SizeOf,
        };
        var command = new Command("cache", "List the feature banks with size and last use, or remove some.") { cache, clear, keep, json }
            .WithExamples("cache", "cache --keep 20G");
        command.SetAction(parsed =>
        {
            var (all, most) = (parsed.GetValue(clear), parsed.GetValue(keep));
            if (all && most is not null) throw new SweepException("--clear removes all feature banks and --keep some of them: give one of the two.");

            var folder = parsed.GetRequiredValue(cache);
            var banks = FeatureBankCache.List(folder);
            if (all || most is not null)
            {
                Remove(banks, most ?? 0);
                if (all && DecodedImages.Clear(folder) is var freed and > 0) Console.Error.WriteLine($"Decoded images removed, {Quantity.OfBytes(freed)}.");
            }
            else if (parsed.GetValue(json)) Console.Out.WriteLine(Json(banks));
            else Print(folder, banks);
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Keeps those that were used last.</summary>
    private static void Remove(IReadOnlyList<CachedBank> banks, long most)
    {
        var (kept, freed, removed) = (0L, 0L, 0);
        foreach (var bank in banks)
        {
            if (kept + bank.Bytes <= most)
            {
                kept += bank.Bytes;
                continue;
            }

            if (FeatureBankCache.TryRemove(bank))
            {
                (freed, removed) = (freed + bank.Bytes, removed + 1);
                continue;
            }

            kept += bank.Bytes;
            Console.Error.WriteLine($"{bank.Key}: a process is building this feature bank, so it stays.");
        }

        var left = Counted(banks.Count - removed, "feature bank");
        Console.Error.WriteLine($"{Counted(removed, "feature bank")} removed, {Quantity.OfBytes(freed)}; {left} left, {Quantity.OfBytes(kept)}.");
    }

    private static void Print(string folder, IReadOnlyList<CachedBank> banks)
    {
        foreach (var bank in banks)
        {
            var what = bank.Contents is { } c
                ? Visible.Of($"{c.TrainImages:#,0} images × {Counted(c.Views, "view")} ({c.Recipe}), {c.TestImages:#,0} held out; {c.Backbone}")
                : "not complete";
            Console.Out.WriteLine(Visible.Of($"{bank.Key[..8]}  {Quantity.OfBytes(bank.Bytes),8}  {When(bank.LastUse)}  {what}"));
        }

        Console.Out.WriteLine(Visible.Of($"{Counted(banks.Count, "feature bank")}, {Quantity.OfBytes(banks.Sum(b => b.Bytes))}, in {folder}"));
        if (DecodedImages.BytesIn(folder) is var bytes and > 0) Console.Out.WriteLine($"Decoded images, {Quantity.OfBytes(bytes)}.");
    }

    private static string When(DateTime utc) => utc.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Json(IReadOnlyList<CachedBank> banks) => new JsonArray([.. banks.Select(bank => new JsonObject
    {
        ["key"] = bank.Key,
        ["folder"] = bank.Folder,
        ["bytes"] = bank.Bytes,
        ["last_use_utc"] = bank.LastUse.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["complete"] = bank.Contents is not null,
        ["train_images"] = bank.Contents?.TrainImages,
        ["test_images"] = bank.Contents?.TestImages,
        ["views"] = bank.Contents?.Views,
        ["recipe"] = bank.Contents?.Recipe,
        ["backbone"] = bank.Contents?.Backbone,
    })]).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>A size such as <c>500M</c>, <c>1.5GiB</c> or <c>0</c>; the units are powers of 1024.</summary>
    private static long? SizeOf(ArgumentResult parsed)
    {
        const string units = "KMGT";
        var text = parsed.Tokens.Count > 0 ? parsed.Tokens[0].Value : "";
        var number = text.TrimEnd('B', 'b').TrimEnd('i');
        var power = number.Length > 0 ? units.IndexOf(char.ToUpperInvariant(number[^1]), StringComparison.Ordinal) + 1 : 0;
        if (power > 0) number = number[..^1];
        if (double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size) && size * Math.Pow(1024,
            power) is < long.MaxValue and var bytes)
            return (long)bytes;

        parsed.AddError(Visible.Of($"--keep is '{text}', but must be a size such as 500M or 20G."));
        return null;
    }
}
