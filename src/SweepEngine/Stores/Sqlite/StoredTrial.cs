using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>What of a trial's row is needed to train it.</summary>
internal sealed record StoredTrial
{
    public long Number { get; init; }

    public string Id { get; init; } = "";

    public string Point { get; init; } = "";

    public string Block { get; init; } = "";

    public long Seed { get; init; }

    public string Settings { get; init; } = "";

    public string StackKey { get; init; } = "";

    public long Alone { get; init; }

    public int Retries { get; init; }

    public long Unfinished { get; init; }

    public long? Steps { get; init; }

    public Trial ToTrial(ParameterCatalogue catalogue) =>
        new(Id, Point, Block, Seed, StoreFault.Row("the store", "trial", Number, () => TrialSettings.FromJson(catalogue, Settings)));
}
