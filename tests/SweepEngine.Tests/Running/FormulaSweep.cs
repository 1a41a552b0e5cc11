using Microsoft.Extensions.Time.Testing;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Merging;
using VicRegSweeps.SweepEngine.Tests.Stores;
using VicRegSweeps.SweepEngine.Tests.Stores.Memory;
using VicRegSweeps.SweepEngine.Tests.Stores.Postgres;

namespace VicRegSweeps.SweepEngine.Tests.Running;

/// <summary>
/// A store in memory, or in a file or a schema of PostgreSQL where that is asked for, on a clock that stands still unless moved. Checkpoints lie
/// in a temporary folder, or in the database where PostgreSQL is asked to keep them.
/// </summary>
internal sealed class FormulaSweep : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly MemoryDatabase? memory;
    private readonly PostgresPlace? postgres;

    /// <param name="onDisk">Whether the store is an SQLite file, at <see cref="Database"/>.</param>
    /// <param name="postgres">Where the store is in PostgreSQL; null for elsewhere.</param>
    public FormulaSweep(FormulaRunner? runner = null, bool onDisk = false, PostgresPlace? postgres = null)
    {
        Runner = runner ?? new FormulaRunner();
        this.postgres = postgres;
        memory = onDisk || postgres is not null ? null : new MemoryDatabase(Database, Path.GetDirectoryName(Database)!, Time);
        Store = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 3, 12, 0, 0, TimeSpan.Zero));

    public FormulaRunner Runner { get; }

    public IStore Store { get; }

    public RecordingObserver Observer { get; } = new();

    public string Database => folder["sweep.db"];

    public string this[string name] => folder[name];

    /// <summary>Another connection to the same store, as another process would have.</summary>
    public IStore Open() => Open(FormulaRunner.Parameters);

    /// <summary>The same by a version that has other parameters or words.</summary>
    public IStore Open(ParameterCatalogue catalogue) =>
        memory?.Open(catalogue) ?? postgres?.Open(catalogue, Time, Path.GetDirectoryName(Database)!) ?? StoreRooms.CreateOrOpen(Database, catalogue, Time);

    public IStoreReader Read() => memory?.OpenReader() ?? postgres?.Read(Time) ?? StoreRooms.OpenReader(Database, Time);

    /// <summary>What the names of the store's files begin with.</summary>
    public string FilesOf => postgres?.Files ?? "sweep.db";

    public Registration Register(params IEnumerable<Trial> trials) =>
        Store.Register("formula", "Does it add up?", "version: 1", trials, Runner.StackKey);

    public Registration Register(SweepRules rules, params IEnumerable<Trial> trials) =>
        Store.Register("formula", "Does it add up?", "version: 1", trials, Runner.StackKey, rules);

    public LeaseRequest Request(string worker = "a") => new(worker, TimeSpan.FromSeconds(60), (trial, _) => Runner.StackWidth(trial));

    public RunSummary Run(SweepRunOptions? options = null) => RunWith(Runner, options, CancellationToken.None);

    public RunSummary RunWith(ITrialRunner runner, SweepRunOptions? options, CancellationToken cancel) =>
        new SweepRun(Store, runner, Observer, options, Time).Execute(cancel);

    public MergeReport Merge(FormulaSweep other)
    {
        using var reader = other.Read();
        return Store.Merge(reader);
    }

    public IReadOnlyList<RecordedTrial> Trials()
    {
        using var reader = Read();
        return [.. reader.Trials()];
    }

    public void Dispose()
    {
        Store.Dispose();
        postgres?.Dispose();
        folder.Dispose();
    }
}

/// <summary>Remembers what it was told.</summary>
internal sealed class RecordingObserver : IRunObserver
{
    public List<string> Finished { get; } = [];

    public List<string> Messages { get; } = [];

    public void StackStarted(StackWork work)
    {
    }

    public void TrialFinished(Trial trial, Outcome outcome) => Finished.Add(trial.Id);

    public void Progress(Progress progress)
    {
    }

    public void Message(string text) => Messages.Add(text);
}
