using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Reports.Tables;

/// <summary>Which parameters a store's trials differ in. To be absent is to differ from any value.</summary>
public static class VaryingParameters
{
    /// <returns>Names in the order of export. What is no part of a trial's identity, such as where data lie, is left out.</returns>
    public static IReadOnlyList<string> Of(IStoreReader store) => Of(store, null);

    /// <param name="trials">The ids of those that are asked about; null for all.</param>
    internal static IReadOnlyList<string> Of(IStoreReader store, IReadOnlySet<string>? trials) => [.. ColumnsOf(store, trials).Varying.Select(c => c.Name)];

    /// <param name="trials">The ids of those that are asked about; null for all.</param>
    /// <returns>
    /// The same as columns, of numbers where every value is one; and the parameters that have one value in all trials, with it, those among
    /// them that are no part of an identity.
    /// </returns>
    internal static (IReadOnlyList<Column> Varying, IReadOnlyList<(string Name, string? Value)> Fixed) ColumnsOf(
        IStoreReader store, IReadOnlySet<string>? trials)
    {
        var parameters = store.Parameters;
        var first = new ParameterValue?[parameters.Count];
        var (varies, differs, isText) = (new bool[parameters.Count], new bool[parameters.Count], new bool[parameters.Count]);
        var any = false;
        foreach (var settings in trials is null ? store.Settings() : store.Trials().Where(t => trials.Contains(t.Id)).Select(t => t.Settings))
        {
            for (var i = 0; i < parameters.Count; i++)
            {
                var value = settings.GetValueOrDefault(parameters[i].Name);
                if (!any) first[i] = value;
                varies[i] |= parameters[i].Counted(value) != parameters[i].Counted(first[i]);
                differs[i] |= value?.Text != first[i]?.Text;
                isText[i] |= value is { Number: null };
            }

            any = true;
        }

        return (
            [
                .. parameters.Index().Where(p => varies[p.Index])
                    .Select(p => isText[p.Index] ? Column.Text(p.Item.Name) : Column.Real(p.Item.Name)),
            ],
            [.. parameters.Index().Where(p => any && !varies[p.Index] && !differs[p.Index] && first[p.Index] is not null)
            .Select(p => (p.Item.Name, first[p.Index]?.Text))]);
    }
}
