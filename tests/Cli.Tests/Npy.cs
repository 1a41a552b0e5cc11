using System.Text;

namespace VicRegSweeps.Cli.Tests;

/// <summary>NPY files as another framework would hand them over.</summary>
internal static class Npy
{
    public static void Write(string path, double[][] rows) =>
        Write(path, "<f8", $"({rows.Length}, {rows[0].Length})", rows.SelectMany(row => row).SelectMany(BitConverter.GetBytes));

    public static void Write(string path, long[] labels) =>
        Write(path, "<i8", $"({labels.Length},)", labels.SelectMany(BitConverter.GetBytes));

    public static void Write(string path, string type, string shape, IEnumerable<byte> data)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n";
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. data]);
    }
}
