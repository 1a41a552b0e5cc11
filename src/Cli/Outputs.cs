using System.Globalization;
using System.Text;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary>
/// Standard error and standard output. What is said to people is dropped where it cannot be written, so that no training ends
/// for want of a listener; data that cannot be written are an error, since somebody asked for them.
/// </summary>
internal static class Outputs
{
    private const int InputNumber = 0, OutputNumber = 1, ErrorNumber = 2;

    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Makes the console's writers those of this class.</summary>
    public static void Install()
    {
        Console.SetError(new StreamWriter(new OutputStream(Open(ErrorNumber), isData: false), Encoding) { AutoFlush = true });
        Console.SetOut(new StreamWriter(new OutputStream(Open(OutputNumber), isData: true), Encoding) { AutoFlush = true });
    }

    /// <summary>Standard output for much data: in large pieces, which the caller flushes by disposing of it.</summary>
    public static StreamWriter ForData() => new(new OutputStream(Open(OutputNumber), isData: true), Encoding, bufferSize: 1 << 16);

    /// <returns>Null where the process was started without it.</returns>
    private static Stream? Open(int number)
    {
        if (WasNeverOpen(number)) return null;

        try
        {
            return number == OutputNumber ? Console.OpenStandardOutput() : Console.OpenStandardError();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Where a process is started with a standard stream closed, the number goes to the next file that it opens, and that is a
    /// pipe of .NET's own. Nobody can read it, or what is written to it does harm.
    /// </summary>
    private static bool WasNeverOpen(int number)
    {
        if (IsForReading(number) is not { } forReading) return false;

        return forReading || Enumerable.Range(InputNumber, number).Any(before => IsForReading(before) == true && IsOnePipe(before, number));
    }

    /// <returns>Null where the system does not say.</returns>
    private static bool? IsForReading(int number)
    {
        const string field = "flags:";
        const int accessBits = 3;
        try
        {
            var flags = File.ReadLines($"/proc/self/fdinfo/{number}").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Trim();
            return (Convert.ToInt64(flags, 8) & accessBits) == 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static bool IsOnePipe(int one, int other) => LinkOf(one).StartsWith("pipe:", StringComparison.Ordinal) && LinkOf(one) == LinkOf(other);

    private static string LinkOf(int number) => new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{number}")).LinkTarget ?? "";

    /// <param name="to">Null where there is nothing to write to.</param>
    private sealed class OutputStream(Stream? to, bool isData) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                if (to is not null) to.Write(buffer);
                else if (isData) throw new IOException("it is closed");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                var why = (error.InnerException ?? error).Message;
                if (isData) throw new SweepException($"Standard output cannot be written ({why}), so the data are not complete.", error);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
