using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VicRegSweeps.SweepEngine.Stores.Postgres;

/// <summary>
/// Numbers of the advisory locks by which transactions keep apart. Who may write anything has the lock of the whole store alone; who writes to
/// a stack shares it with others who do, and has the stack's row alone.
/// </summary>
internal static class PostgresLocks
{
    public static long Whole(string schema) => Number(schema, "whole");

    public static long Of(string schema, Matter matter) => Number(schema, matter.ToString());

    /// <summary>Locks are of a database; other programs that use it have theirs too.</summary>
    private static long Number(string schema, string what) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"vicreg-sweep/{schema}/{what}")));
}
