namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>A stream that hands on what is written to it in parts of one size; the last may be smaller.</summary>
/// <param name="take">Gets each part with its place, from 0.</param>
internal sealed class PartStream(int partBytes, Action<long, byte[]> take) : Stream
{
    private readonly byte[] part = new byte[partBytes];
    private long parts;
    private int filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => (parts * partBytes) + filled;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, part.Length - filled);
            buffer[..count].CopyTo(part.AsSpan(filled));
            filled += count;
            buffer = buffer[count..];
            if (filled == part.Length) HandOn();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Hands on what is left.</summary>
    /// <returns>How many bytes were written in all.</returns>
    public long Finish()
    {
        var bytes = Length;
        if (filled > 0) take(parts, part[..filled]);
        return bytes;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void HandOn()
    {
        take(parts++, [.. part]);
        filled = 0;
    }
}
