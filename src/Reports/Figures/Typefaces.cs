using System.Buffers.Binary;
using System.Reflection;
using System.Text;
using ScottPlot;
using SkiaSharp;

namespace VicRegSweeps.Reports.Figures;

/// <summary>Inter, the face that all figures are set in: it comes with the program, so that figures are the same on every machine.</summary>
/// <remarks>
/// The package Avalonia.Fonts.Inter is one library, which lies in ours as it is. It has the faces in one resource: the length of an index,
/// the index (name, place and length of every file), then the files one after the other. Nothing of it runs.
/// </remarks>
internal static class Typefaces
{
    public static readonly string Family = "Inter";

    private const string Package = "Avalonia.Fonts.Inter.dll";
    private const string Resource = "!AvaloniaResources";
    private const int LengthBytes = sizeof(int);

    // Kept for ever, so that none is freed under a font that is measured outside a drawing.
    public static readonly SKTypeface Normal;
    public static readonly SKTypeface Bold;

    static Typefaces()
    {
        var files = Files();
        (Normal, Bold) = (Face(files, "Inter-Regular.ttf"), Face(files, "Inter-Bold.ttf"));
        Fonts.FontResolvers.Insert(0, new Resolver());
    }

    private static SKTypeface Face(ReadOnlySpan<byte> files, string name)
    {
        var entry = Encoding.UTF8.GetBytes(name);
        var (indexLength, at) = (Number(files, 0), files.IndexOf(entry) + entry.Length);
        var file = files.Slice(LengthBytes + indexLength + Number(files, at), Number(files, at + LengthBytes));
        return SKTypeface.FromData(SKData.CreateCopy(file));
    }

    private static byte[] Files()
    {
        using var package = typeof(Typefaces).Assembly.GetManifestResourceStream(Package)!;
        using var stream = Assembly.Load(Whole(package)).GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Package} has no resource '{Resource}'.");
        return Whole(stream);
    }

    private static byte[] Whole(Stream stream)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int Number(ReadOnlySpan<byte> files, int at) => BinaryPrimitives.ReadInt32LittleEndian(files[at..]);

    /// <summary>Gives ScottPlot the faces by the family's name.</summary>
    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Family ? weight >= FontWeight.SemiBold ? Bold : Normal : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? bold ? Bold : Normal : null;
    }
}
