using System.Globalization;

namespace VicRegSweeps.SweepEngine.Stores.Shards;

/// <summary>Which shard of how many.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Count">From 1 to <see cref="MostShards"/>.</param>
public sealed record ShardPlace(int Number, int Count)
{
    public const int MostShards = 10_000;

    /// <param name="text">Such as <c>3/8</c>, the third of eight.</param>
    /// <exception cref="SweepException">It is not of this form.</exception>
    public static ShardPlace Parse(string text) =>
        text.Split('/') is [var number, var count] && Whole(number) is { } n && Whole(count) is { } c && n <= c
            ? new ShardPlace(n, c)
            : throw new SweepException(
                $"--shard is '{text}', but must be two whole numbers such as 3/8, the third shard of eight: from 1/8 to 8/8, and at most {MostShards} shards.");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostShards ? number : null;
}
