using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VicRegSweeps.SweepEngine;

/// <summary>
/// 128 bits that stand for a point: no two points of any plan will ever share them by accident. They depend on the
/// values that differ from the catalogue's defaults, and on nothing else that a file says.
/// </summary>
/// <remarks>Cheaper than a point's id, which takes every parameter; not for two threads.</remarks>
internal sealed class Fingerprints(ParameterCatalogue catalogue)
{
    private readonly ArrayBufferWriter<byte> text = new();
    private readonly byte[] hash = new byte[SHA256.HashSizeInBytes];

    public UInt128 Of(TrialSettings point)
    {
        text.ResetWrittenCount();
        for (var i = 0; i < catalogue.Parameters.Count; i++)
        {
            var parameter = catalogue.Parameters[i];
            if (parameter.IsLocation || ReferenceEquals(point[i], parameter.Default) || point[i] == parameter.Default)
                continue;

            // An absent value reads as nothing, which no value does; no text of a sweep file contains U+0000.
            Encoding.UTF8.GetBytes(parameter.Name, text);
            text.Write("\0"u8);
            Encoding.UTF8.GetBytes(point[i]?.Text, text);
            text.Write("\0"u8);
        }

        SHA256.HashData(text.WrittenSpan, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
