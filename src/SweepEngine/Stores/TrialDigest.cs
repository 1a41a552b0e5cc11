using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// A checksum over all numbers and words that are recorded of a trial. It depends on the values alone, so that every database gives the
/// same: databases keep few checksums of their own, and take a number in which a bit has flipped for another number.
/// </summary>
internal static class TrialDigest
{
    private const int Bytes = 16;
    private const byte Absent = 0, Present = 1;

    /// <summary>The digest of what is recorded now, in lower-case hex.</summary>
    public static string Of(IStoreRows rows, StoredTrial trial) => Of(trial, rows.Vocabulary.Terms, rows.LossesOf(trial.Number), rows.PanelsOf(trial.Number));

    /// <param name="terms">In the order of the loss rows' terms.</param>
    /// <param name="losses">By step.</param>
    /// <param name="panels">By step and space.</param>
    public static string Of(StoredTrial trial, IReadOnlyList<Term> terms, IReadOnlyList<LossRow> losses, IReadOnlyList<PanelRow> panels)
    {
        var content = new ArrayBufferWriter<byte>(4096);
        Add(content, trial);

        // Stores may differ in the order of their words; names do not.
        var byName = terms.Index().OrderBy(t => t.Item.Name, StringComparer.Ordinal).Select(t => (t.Index, t.Item.Name)).ToArray();
        Add(content, losses.Count);
        foreach (var row in losses) Add(content, row, byName);

        Add(content, panels.Count);
        foreach (var row in panels) Add(content, row);
        return Convert.ToHexStringLower(SHA256.HashData(content.WrittenSpan).AsSpan(0, Bytes));
    }

    private static void Add(ArrayBufferWriter<byte> to, StoredTrial trial)
    {
        foreach (var text in new[] { trial.Id, trial.Point, trial.Block, trial.Settings, TrialStates.Text(trial.State), trial.FailureClass, trial.Reason })
            Add(to, text);
        Add(to, trial.Seed);
        foreach (var number in new[] { trial.Epochs, trial.Steps, trial.Seconds }) Add(to, number);
    }

    private static void Add(ArrayBufferWriter<byte> to, LossRow row, (int Index, string Name)[] byName)
    {
        Add(to, row.Step);
        Add(to, row.Epoch);
        Add(to, row.Batches);
        Add(to, row.Terms.Count(value => value is not null));
        foreach (var (index, name) in byName)
        {
            if (row.Terms[index] is not { } value) continue;

            Add(to, name);
            Add(to, BitConverter.DoubleToInt64Bits(value));
        }
    }

    private static void Add(ArrayBufferWriter<byte> to, PanelRow row)
    {
        Add(to, row.Step);
        Add(to, row.Space);
        Add(to, row.Epoch);
        Add(to, row.Verdict);
        Add(to, row.Evidence);
        Add(to, row.Spectrum.Count);
        foreach (var value in row.Spectrum) Add(to, BitConverter.DoubleToInt64Bits(value));
        Add(to, row.Metrics.Count);
        foreach (var (name, value) in row.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            Add(to, name);
            Add(to, value);
        }
    }

    private static void Add(ArrayBufferWriter<byte> to, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(sizeof(long)), number);
        to.Advance(sizeof(long));
    }

    private static void Add(ArrayBufferWriter<byte> to, double? number)
    {
        to.Write([number is null ? Absent : Present]);
        if (number is { } value) Add(to, BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>With its length before it, so that different texts never yield the same bytes.</summary>
    private static void Add(ArrayBufferWriter<byte> to, string? text)
    {
        to.Write([text is null ? Absent : Present]);
        if (text is null) return;

        Add(to, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }
}
