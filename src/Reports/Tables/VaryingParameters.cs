using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Which parameters a store's trials differ in. To be absent is to differ from any value.</summary>
public static class VaryingParameters
{
    /// <returns>Names in the order of export. What is no part of a trial's identity, such as where data lie, is left out.</returns>
    public static IReadOnlyList<string> Of(IStoreReader store) => [.. ColumnsOf(store).Select(c => c.Name)];

    /// <returns>The same as columns: of numbers where every value is one.</returns>
    internal static IReadOnlyList<Column> ColumnsOf(IStoreReader store)
    {
        var names = store.Parameters.Where(p => !p.IsIncidental).Select(p => p.Name).ToArray();
        var first = new ParameterValue?[names.Length];
        var (varies, isText) = (new bool[names.Length], new bool[names.Length]);
        var any = false;
        foreach (var settings in store.Settings())
        {
            for (var i = 0; i < names.Length; i++)
            {
                var value = settings.GetValueOrDefault(names[i]);
                if (!any) first[i] = value;
                varies[i] |= !Equals(value, first[i]);
                isText[i] |= value is { Number: null };
            }

            any = true;
        }

        return
        [
            .. names.Index().Where(n => varies[n.Index]).Select(n => isText[n.Index] ? Column.Text(n.Item) : Column.Real(n.Item)),
        ];
    }
}
