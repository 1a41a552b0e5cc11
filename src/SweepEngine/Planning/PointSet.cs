using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary>Remembers which points it has seen, in a few bytes each: a plan may have millions.</summary>
/// <param name="names">The parameters in which points may differ.</param>
internal sealed class PointSet(IReadOnlyList<string> names)
{
    private readonly HashSet<UInt128> seen = [];
    private readonly ArrayBufferWriter<byte> text = new();
    private readonly byte[] hash = new byte[SHA256.HashSizeInBytes];

    /// <returns>False when an equal point was added before.</returns>
    public bool Add(TrialSettings point) => seen.Add(Fingerprint(point));

    /// <summary>128 bits of a cryptographic hash: no two points of any plan will ever share them by accident.</summary>
    private UInt128 Fingerprint(TrialSettings point)
    {
        text.ResetWrittenCount();
        foreach (var name in names)
        {
            // An absent value reads as nothing, which no value does; no text of a sweep file contains U+0000.
            Encoding.UTF8.GetBytes(point[name]?.Text, text);
            text.Write("\0"u8);
        }

        SHA256.HashData(text.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
