using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>
/// A store as it was at the first read: a worker may go on writing, and what is read stays of one piece. Rows are streamed in an order
/// that does not depend on the order of recording.
/// </summary>
public interface IStoreReader : IDisposable
{
    /// <summary>What it was opened by, such as the path of a file.</summary>
    string Address { get; }

    /// <summary>The words of what trials yield, as the runners that wrote to the store declared them, in the order of export.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>The spaces that trials have, in the order of export and of <see cref="RecordedTrial.Panels"/>.</summary>
    IReadOnlyList<Space> Spaces { get; }

    /// <summary>The metrics of each of <see cref="Spaces"/>, in the order of export and of <see cref="FinalPanel.Values"/>.</summary>
    IReadOnlyList<IReadOnlyList<Metric>> Metrics { get; }

    /// <summary>Every parameter that trials may have, in the order of export.</summary>
    IReadOnlyList<RecordedParameter> Parameters { get; }

    /// <summary>The sweeps in the order in which they were first registered.</summary>
    IReadOnlyList<RecordedSweep> Sweeps();

    /// <summary>Every sweep's trials, as its file names them now, by trial; a trial that several sweeps name is of each.</summary>
    IEnumerable<Membership> Memberships();

    /// <summary>Where the trials stand.</summary>
    StoreStatus Status();

    /// <summary>What registering the plan would change.</summary>
    SweepChange ChangeBy(SweepPlan plan);

    /// <summary>The ids of trials that have ended.</summary>
    IReadOnlySet<string> Finished();

    /// <summary>The ids of the trials that others are built on.</summary>
    IReadOnlySet<string> Stages();

    /// <summary>Trials that are planned or have a result, in the order in which they run.</summary>
    IEnumerable<RecordedTrial> Trials();

    /// <summary>The same, those of a point one after the other; points in the order of their first trials.</summary>
    IEnumerable<RecordedTrial> TrialsByPoint();

    /// <summary>The settings of <see cref="Trials"/> alone, in the same order.</summary>
    IEnumerable<IReadOnlyDictionary<string, ParameterValue>> Settings();

    /// <summary>Loss rows by trial, then step.</summary>
    IEnumerable<RecordedLoss> Losses();

    /// <summary>The loss rows of one trial, by step.</summary>
    /// <param name="trial">The trial's id.</param>
    IReadOnlyList<LossRow> Losses(string trial);

    /// <summary>The best trial so far and the verdicts.</summary>
    /// <param name="metric">What trials are ranked by, as in <see cref="Vocabulary.RankingNames"/>; null ranks none.</param>
    StoreStanding Standing(string? metric);

    /// <summary>Whether any trial can be ranked by a metric: it has ended with a result and has a final value.</summary>
    /// <param name="metric">As in <see cref="Vocabulary.RankingNames"/>.</param>
    bool CanRankBy(string metric);

    /// <summary>Metrics by trial, step, space and the metric's number.</summary>
    IEnumerable<RecordedMetric> MetricValues();

    /// <summary>Every panel of one trial with verdict and spectrum, by step and space.</summary>
    /// <param name="trial">The trial's id.</param>
    IReadOnlyList<RecordedPanel> Panels(string trial);

    /// <summary>The files that one trial has left and that are kept, by name.</summary>
    /// <param name="trial">The trial's id.</param>
    IReadOnlyList<RecordedArtifact> Artifacts(string trial);

    /// <summary>The files of an artifact that are kept, by trial.</summary>
    IReadOnlyList<RecordedArtifact> ArtifactsNamed(string name);

    /// <summary>Makes sure that what is recorded is what was recorded. Reads all of the store once.</summary>
    /// <exception cref="SweepException">The database is damaged, or what it holds of a trial that has ended.</exception>
    void RefuseDamage();

    /// <summary>The panels of what trials share, by name.</summary>
    IReadOnlyList<RecordedPanel> Baselines();

    /// <summary>The vectors after training that are kept, by trial.</summary>
    IReadOnlyList<RecordedVectors> Vectors();

    /// <summary>The numbers of some vectors.</summary>
    /// <param name="number">Of <see cref="RecordedVectors"/>.</param>
    VectorSample Sample(long number);

    /// <summary>Spectra of all spaces at the last evaluation, by trial.</summary>
    IEnumerable<RecordedSpectrum> Spectra();

    /// <summary>Wall time of all stacks by stage; stacks that are trained at once count each for itself.</summary>
    IReadOnlyDictionary<string, TimeSpan> StageTimes();

    /// <summary>Machines and versions, the one with most stacks first.</summary>
    IReadOnlyList<RecordedEnvironment> Environments();

    /// <summary>Stacks that broke while they were trained, in that order.</summary>
    IReadOnlyList<RecordedBreak> Breaks();

    /// <summary>What the trials were trained on.</summary>
    IReadOnlyList<RecordedInput> Inputs();
}
