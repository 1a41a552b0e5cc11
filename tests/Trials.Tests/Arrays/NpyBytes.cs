using System.Text;

namespace VicRegSweeps.Trials.Tests.Arrays;

/// <summary>NPY files put together by hand.</summary>
internal static class NpyBytes
{
    /// <summary>What numpy.save wrote for <c>np.array([[1, 2.5], [-3, 4]], '&lt;f4')</c>.</summary>
    public static byte[] FromNumPy { get; } = Raw(
        1,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }".PadRight(117) + "\n",
        Convert.FromHexString("0000803f00002040000040c000008040"));

    /// <summary>What NumPy wrote for <c>np.asfortranarray(np.array([[1, 2.5, 0], [-3, 4, 1e-3]], '>f8'))</c>.</summary>
    public static byte[] FortranOrderFromNumPy { get; } = Raw(
        1,
        "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }".PadRight(117) + "\n",
        Convert.FromHexString("3ff0000000000000c008000000000000400400000000000040100000000000000000000000000000" + "3f50624dd2f1a9fc"));

    /// <summary>A file of some version, with any text as its header.</summary>
    public static byte[] Raw(byte version, string header, params byte[] data)
    {
        var length = version == 1 ? BitConverter.GetBytes((ushort)header.Length) : BitConverter.GetBytes(header.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.Latin1.GetBytes(header), .. data];
    }

    /// <summary>A file of version 1.0 with as many zero bytes of data as asked for.</summary>
    public static byte[] Of(string descr, string shape, int bytes) =>
        Raw(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n", new byte[bytes]);
}
