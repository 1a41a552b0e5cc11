using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>The rows of a store, to be read. "Recorded" trials are those that are planned or have a result.</summary>
internal interface IStoreRows
{
    /// <summary>The time by which leases are measured: the database's, where it has a clock of its own.</summary>
    DateTimeOffset Now { get; }

    /// <inheritdoc cref="IStoreReader.Vocabulary"/>
    Vocabulary Vocabulary { get; }

    /// <inheritdoc cref="IStoreReader.Parameters"/>
    IReadOnlyList<RecordedParameter> Parameters();

    /// <summary>The sweeps in the order in which they were first registered.</summary>
    IReadOnlyList<StoredSweep> Sweeps();

    /// <summary>The numbers of the trials that a sweep names.</summary>
    IReadOnlyCollection<long> TrialsOf(long sweep);

    /// <summary>The trials of a sweep's later generations, by number.</summary>
    IReadOnlyList<(long Trial, int Generation)> LaterTrialsOf(long sweep);

    /// <summary>The sweeps that are to have more than one generation, in the order in which they were first registered.</summary>
    IReadOnlyList<SearchStanding> Searches();

    /// <inheritdoc cref="IStoreReader.Memberships"/>
    IEnumerable<Membership> Memberships();

    /// <summary>The trial of exactly this id; null where there is none.</summary>
    StoredTrial? Find(string id);

    /// <summary>The trials whose ids begin so.</summary>
    IReadOnlyList<StoredTrial> FindBeginning(string id);

    /// <summary>A trial of the first point that begins so; null where there is none.</summary>
    StoredTrial? FindPoint(string beginning);

    /// <summary>Whether a trial has an id of so many digits.</summary>
    bool HasIdsOf(int digits);

    /// <param name="number">Of a trial that is there.</param>
    StoredTrial Trial(long number);

    /// <summary>The rules of every sweep.</summary>
    IReadOnlyList<SweepRules> Rules();

    /// <summary>The sweep that was registered first of those that name a trial; null where none does.</summary>
    (long Number, SweepRules Rules)? SweepOf(long trial);

    /// <summary>The trials that are built on one, by number.</summary>
    IReadOnlyList<StoredTrial> BuiltOn(long stage);

    /// <summary>The artifacts that are kept of a trial, by name.</summary>
    IReadOnlyList<StoredArtifact> ArtifactsOf(long trial);

    /// <summary>The artifacts of a name that are kept, by trial.</summary>
    IReadOnlyList<(long Trial, StoredArtifact Artifact)> ArtifactsNamed(string name);

    /// <summary>The numbers of all stacks that are not done, and the names of the files behind artifacts.</summary>
    (IReadOnlySet<long> Open, IReadOnlySet<string> Artifacts) ArtifactsInUse();

    /// <summary>All recorded trials as they are stored, by number.</summary>
    IEnumerable<StoredTrial> StoredTrials();

    /// <summary>Every trial, recorded or not, as far as a plan is compared with it.</summary>
    /// <param name="sweep">The name of a sweep.</param>
    IEnumerable<PlannedBefore> PlannedBefore(string sweep);

    /// <summary>
    /// The recorded trials with their latest rows. A trial that somebody trains is pending here: whether a lease holds is not for rows to say.
    /// </summary>
    /// <param name="byPoint">In the order of <see cref="IStoreReader.TrialsByPoint"/>; otherwise by number.</param>
    IEnumerable<RecordedTrial> Trials(bool byPoint);

    /// <inheritdoc cref="IStoreReader.Settings"/>
    IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings();

    /// <inheritdoc cref="IStoreReader.Losses()"/>
    IEnumerable<RecordedLoss> Losses();

    /// <summary>The loss rows of one trial, by step.</summary>
    IReadOnlyList<LossRow> LossesOf(long trial);

    /// <inheritdoc cref="IStoreReader.MetricValues"/>
    IEnumerable<RecordedMetric> MetricValues();

    /// <summary>The panels of one trial, by step and space.</summary>
    IReadOnlyList<PanelRow> PanelsOf(long trial);

    /// <summary>What one trial was judged to be up to a step, by step and space.</summary>
    IReadOnlyList<Judgement> JudgementsOf(long trial, long step);

    /// <summary>The value of <c>loss/term</c> or <c>space/metric</c> at a trial's last row up to a step; null where there is none.</summary>
    double? ValueOf(long trial, long step, string space, string name);

    /// <inheritdoc cref="IStoreReader.Baselines"/>
    IReadOnlyList<RecordedPanel> Baselines();

    /// <summary>The vectors that are kept, by trial, space and step.</summary>
    IReadOnlyList<VectorHead> VectorHeads();

    /// <inheritdoc cref="IStoreReader.Sample"/>
    VectorSample Sample(long number);

    /// <summary>The vectors that are kept, as they are stored.</summary>
    IEnumerable<(long Trial, StoredVectors Vectors)> StoredVectors();

    /// <summary>The class of every image of each bank.</summary>
    IReadOnlyList<(string Bank, IReadOnlyList<int> Labels)> Images();

    /// <inheritdoc cref="IStoreReader.Spectra"/>
    IEnumerable<RecordedSpectrum> Spectra();

    /// <inheritdoc cref="IStoreReader.StageTimes"/>
    IReadOnlyDictionary<string, TimeSpan> StageTimes();

    /// <inheritdoc cref="IStoreReader.Environments"/>
    IReadOnlyList<RecordedEnvironment> Environments();

    /// <inheritdoc cref="IStoreReader.Breaks"/>
    IReadOnlyList<RecordedBreak> Breaks();

    /// <inheritdoc cref="IStoreReader.Inputs"/>
    IReadOnlyList<RecordedInput> Inputs();

    /// <summary>The pending trials whose end somebody has asked for, and who, by number.</summary>
    IReadOnlyList<(long Trial, string By)> CancelRequests();

    /// <summary>How many recorded trials there are of each state; <see cref="TrialState.Running"/> is none of them.</summary>
    IReadOnlyDictionary<TrialState, int> CountsByState();

    /// <summary>The stacks that are not done and have a worker, whether or not its lease holds, by number.</summary>
    IReadOnlyList<HeldStack> HeldStacks();

    /// <summary>How many trials have ended after a time.</summary>
    int FinishedSince(DateTimeOffset time);

    /// <summary>What the trials that ended last took, in seconds.</summary>
    /// <param name="most">Of how many trials.</param>
    IReadOnlyList<double> LatestSeconds(int most);

    /// <summary>The value of <c>loss/term</c> or <c>space/metric</c> at the last row of every recorded trial that has one.</summary>
    IEnumerable<FinalValue> FinalValues(string space, string name);

    /// <summary>How many recorded trials of a state have a verdict over a space at their last evaluation of it.</summary>
    IReadOnlyList<(TrialState State, string Space, string Verdict, int Count)> FinalVerdicts();

    /// <summary>A stack; null where there is none of this number.</summary>
    StackRow? Stack(long number);

    /// <summary>What a stack leaves for good: its machine, its members and its times.</summary>
    StackRecord StackRecord(long number);

    /// <summary>A stack's checkpoints, the newest first: at most two.</summary>
    IReadOnlyList<StoredCheckpoint> CheckpointsOf(long stack);

    /// <summary>The numbers of all stacks that are not done, and the names of their checkpoints.</summary>
    (IReadOnlySet<long> Open, IReadOnlySet<string> Checkpoints) UnfinishedStacks();

    /// <summary>Makes sure that the database itself is whole, as far as it can tell.</summary>
    /// <exception cref="SweepException">It is damaged.</exception>
    void RefuseCorruption();
}
