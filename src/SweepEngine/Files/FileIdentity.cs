using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VicRegSweeps.SweepEngine.Files;

/// <summary>Which file it is, whatever it is called: two paths with equal identities lead to the same file.</summary>
/// <param name="Device">Major and minor number of the file system.</param>
/// <param name="Node">The inode.</param>
/// <param name="IsOrdinary">Whether it is a file with content: no folder, no device, no pipe.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Node, bool IsOrdinary)
{
    private const int Bytes = 256, ModeAt = 28, NodeAt = 32, MajorAt = 136, MinorAt = 140;
    private const int TypeBits = 0xF000, OrdinaryFile = 0x8000;

    /// <summary>Looks where a path leads.</summary>
    /// <param name="found">Null where there is no file.</param>
    /// <returns>False where that cannot be told, as without permission.</returns>
    public static bool TryFind(string path, out FileIdentity? found)
    {
        found = null;
        Span<byte> status = stackalloc byte[Bytes];
        var error = OperatingSystem.IsLinux() ? Posix.Status(path, status) : Posix.NoSuchCall;
        if (error == 0)
        {
            found = new FileIdentity(
                ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[MajorAt..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(status[MinorAt..]),
                BinaryPrimitives.ReadUInt64LittleEndian(status[NodeAt..]),
                (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeAt..]) & TypeBits) == OrdinaryFile);
        }
        else if (error == Posix.NoSuchCall)
        {
            // The path stands for the file: that it is removed is noticed, and that it is replaced is not.
            var name = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path)));
            if (Path.Exists(path)) found = new FileIdentity(0, BinaryPrimitives.ReadUInt64LittleEndian(name), !Directory.Exists(path));
            return true;
        }

        return error is 0 or Posix.NoSuchFile or Posix.NotAFolder;
    }
}
