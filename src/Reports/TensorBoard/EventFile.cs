using System.Buffers.Binary;
using System.Numerics;

namespace VicRegSweeps.Reports.TensorBoard;

/// <summary>A file of events as TensorBoard reads it: records of TFRecord, each a message <c>Event</c>.</summary>
/// <remarks>Fields are those of tensorboard/compat/proto/event.proto and summary.proto.</remarks>
internal sealed class EventFile : IDisposable
{
    /// <summary>Has to hold <c>tfevents</c>. Always the same, so that a later export takes the place of an earlier one.</summary>
    public const string Name = "events.out.tfevents.0000000000.vicreg-sweep";

    /// <summary>DT_STRING of TensorFlow's types.</summary>
    private const long StringType = 7;

    private readonly Stream stream;
    private readonly double at;

    /// <param name="folder">Made where it is missing.</param>
    /// <param name="at">The wall time of all events: stores keep none for rows.</param>
    public EventFile(string folder, DateTimeOffset at)
    {
        Directory.CreateDirectory(folder);
        stream = new BufferedStream(new FileStream(Path.Combine(folder, Name), FileMode.CreateNew, FileAccess.Write), 1 << 16);
        this.at = at.ToUnixTimeMilliseconds() / 1000.0;
        Write(new ProtoMessage().Add(1, this.at).Add(3, "brain.Event:2"));
    }

    /// <summary>Writes a number; nothing where it is not finite.</summary>
    public void Scalar(string tag, long step, double? value)
    {
        if (value is { } number && float.IsFinite((float)number)) Summary(step, new ProtoMessage().Add(1, tag).Add(2, (float)number));
    }

    /// <summary>Writes a text in Markdown.</summary>
    public void Text(string tag, string markdown) => Summary(
        0,
        new ProtoMessage().Add(1, $"{tag}/text_summary")
            .Add(8, new ProtoMessage().Add(1, StringType).Add(2, new ProtoMessage().Add(2, new ProtoMessage().Add(1, 1L))).Add(8, markdown))
            .Add(9, Metadata("text", [])));

    /// <summary>Writes what a plugin keeps in a summary's metadata.</summary>
    public void Plugin(string plugin, string tag, ProtoMessage data) => Summary(0, new ProtoMessage().Add(1, tag).Add(9, Metadata(plugin, data.Content)));

    public void Dispose() => stream.Dispose();

    private static ProtoMessage Metadata(string plugin, ReadOnlySpan<byte> content) =>
        new ProtoMessage().Add(1, new ProtoMessage().Add(1, plugin).Add(2, content));

    private void Summary(long step, ProtoMessage value) => Write(new ProtoMessage().Add(1, at).Add(2, step).Add(5, new ProtoMessage().Add(1, value)));

    /// <summary>Length, checksum of the length, content, checksum of the content.</summary>
    private void Write(ProtoMessage message)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)message.Content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], Checksum(head[..sizeof(ulong)]));
        stream.Write(head);
        stream.Write(message.Content);
        BinaryPrimitives.WriteUInt32LittleEndian(head, Checksum(message.Content));
        stream.Write(head[..sizeof(uint)]);
    }

    /// <summary>CRC-32C, masked as TFRecord has it: a checksum of something that holds checksums would be weak.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        const uint mask = 0xA282EAD8;
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + mask;
    }
}
