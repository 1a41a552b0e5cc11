using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>Equal settings must go on meaning the same content: what trials are trained on is told by it.</summary>
internal static class InputContents
{
    /// <summary>Records what is seen for the first time. Call within a transaction.</summary>
    /// <param name="address">The store's, for messages.</param>
    /// <exception cref="SweepException">Trials were trained on something else under the same settings.</exception>
    public static bool Confirm(IStoreTransaction rows, string address, TrialInput input)
    {
        rows.TakeTurns(Matter.Input);
        rows.AddInput(new RecordedInput(input, StoreTime.Text(rows.Now)));
        return rows.Inputs().Where(r => r.IsOfSame(input)).Select(r => r.Difference(input)).OfType<string>().FirstOrDefault() is { } difference
            ? throw new SweepException(
                $"{address}: {difference}. Trials of one store are compared with each other, so they must be trained on the same. "
                + "Put back what was there, or give the new data a store of their own with --store.")
            : true;
    }
}
