using System.Data;
using System.Text.Json;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Values in a store that make no sense: somebody has changed them, or a disk has.</summary>
internal static class StoreDamage
{
    /// <summary>Reads one row, and says which it is where a value in it makes no sense.</summary>
    /// <param name="address">The store's.</param>
    /// <param name="row">Its number, or text such as <c>of trial 1, step 5</c>.</param>
    /// <exception cref="SweepException">A value makes no sense.</exception>
    public static T Row<T>(string address, string table, object row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (IsNonsense(error))
        {
            throw new SweepException(
                $"{address}: {(row is string words ? $"the row {words}" : $"row {row}")} of the table '{table}' cannot be read: {error.Message.TrimEnd('.')}. The database is damaged, or somebody has changed it; restore a copy.",
                error);
        }
    }

    /// <summary>What reading throws at a value of the wrong kind: JSON that is none, a number out of range, a reference that leads nowhere.</summary>
    public static bool IsNonsense(Exception error) => error is
        JsonException or FormatException or OverflowException or InvalidCastException or InvalidOperationException or ArgumentException or KeyNotFoundException or DataException;
}
