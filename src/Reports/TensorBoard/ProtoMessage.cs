using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VicRegSweeps.Reports.TensorBoard;

/// <summary>A message of Protocol Buffers in the making: the few kinds of fields that event files have.</summary>
/// <remarks>The encoding is that of protobuf.dev/programming-guides/encoding. Field numbers are those of the .proto files.</remarks>
internal sealed class ProtoMessage
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> content = new();

    public ReadOnlySpan<byte> Content => content.WrittenSpan;

    public ProtoMessage Add(int field, long value)
    {
        AddKey(field, Varint);
        AddVarint((ulong)value);
        return this;
    }

    public ProtoMessage Add(int field, double value)
    {
        AddKey(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(content.GetSpan(sizeof(double)), value);
        content.Advance(sizeof(double));
        return this;
    }

    public ProtoMessage Add(int field, float value)
    {
        AddKey(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(content.GetSpan(sizeof(float)), value);
        content.Advance(sizeof(float));
        return this;
    }

    public ProtoMessage Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message.Content);

    public ProtoMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        AddKey(field, Bytes);
        AddVarint((ulong)bytes.Length);
        content.Write(bytes);
        return this;
    }

    private void AddKey(int field, int kind) => AddVarint((ulong)((field << 3) | kind));

    private void AddVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) content.Write([(byte)(value | 0x80)]);
        content.Write([(byte)value]);
    }
}
