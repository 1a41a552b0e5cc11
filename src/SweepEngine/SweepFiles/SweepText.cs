using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>The raw text of a sweep file.</summary>
internal static partial class SweepText
{
    /// <summary>4 MiB: thousands of times what a sweep needs, and read in an instant.</summary>
    public const int MostBytes = 4 << 20;

    private static readonly SearchValues<char> Unprintable =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c).Except(['\t', '\n', '\r']), '\u007F']);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Read(string path, string what = "sweep file")
    {
        var bytes = Bytes(path);
        if (bytes.AsSpan().StartsWith("SQLite format 3\0"u8))
            throw new SweepException($"{path}: this is a store, not a {what}. To go on with it: {CommandName.Line("resume", path)}");

        try
        {
            return StrictUtf8.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new SweepException($"{path}: this is not a text file: byte {e.Index} is not UTF-8.", e);
        }
    }

    /// <summary>The first character that YAML does not allow, such as an escape code; null when there is none.</summary>
    public static (Place At, char Character)? FirstUnprintable(string text)
    {
        var index = text.AsSpan().IndexOfAny(Unprintable);
        if (index < 0)
            return null;

        return (PlaceOf(text, index), text[index]);
    }

    /// <summary>The first tab that a line is indented with; null when there is none.</summary>
    public static Place? FirstTabIndentation(string text) =>
        TabIndentation().Match(text) is { Success: true } match ? PlaceOf(text, match.Index + match.Length - 1) : null;

    public static Place PlaceOf(string text, int index) =>
        new(1 + text.AsSpan(0, index).Count('\n'), index - text.AsSpan(0, index).LastIndexOf('\n'));

    [GeneratedRegex(@"^ *\t(?=[^\S\n]*\S)", RegexOptions.Multiline)]
    private static partial Regex TabIndentation();

    private static byte[] Bytes(string path)
    {
        try
        {
            using var file = File.OpenRead(path);

            // Devices and pipes have no length, so what is read is counted.
            var bytes = new byte[MostBytes + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return count <= MostBytes ? bytes[..count] : throw new SweepException($"{path}: a sweep file has at most {MostBytes >> 20} MiB.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SweepException($"{path}: there is no such file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SweepException(
                $"{path}: {(Directory.Exists(path) ? "this is a folder, not a sweep file" : "you have no permission to read this file")}.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new SweepException($"{path}: the file cannot be read: {e.Message}", e);
        }
    }
}
