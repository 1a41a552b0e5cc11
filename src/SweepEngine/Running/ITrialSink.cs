using System.Globalization;
using System.Text;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Running;

/// <summary>Where a runner hands what it computes. Called from the training thread alone, in order of steps.</summary>
public interface ITrialSink
{
    /// <summary>Loss terms averaged over some batches.</summary>
    void Loss(Trial trial, LossRow row);

    /// <summary>The panel of one space at one evaluation.</summary>
    void Panel(Trial trial, PanelRow row);

    /// <summary>
    /// Says what the stack is about to be trained on, part by part, before it is: trials of one store that name the same data
    /// must have been trained on the same.
    /// </summary>
    /// <exception cref="SweepException">Trials before these were trained on something else.</exception>
    void Input(TrialInput input);

    /// <summary>The panel of a space that trials share as input; recorded once a name.</summary>
    void Baseline(string name, PanelRow row);

    /// <summary>What a trial makes of the first held-out images, for people to look at. Later vectors take the place of earlier ones.</summary>
    void Vectors(Trial trial, VectorRow row);

    /// <summary>Wall time that the whole stack has spent on a stage since the last call for it.</summary>
    /// <param name="stage">Such as <c>training</c>.</param>
    void Spent(string stage, TimeSpan time);

    /// <summary>
    /// A file that the trial leaves, to be handed over right before it completes. Whether it is kept is for the store to decide: one that is
    /// not is not even written.
    /// </summary>
    /// <param name="name">One of <see cref="Vocabulary.Artifacts"/>.</param>
    /// <param name="write">Writes it; called again where there was no room for it.</param>
    void Artifact(Trial trial, string name, Action<Stream> write);

    /// <summary>The trial's last word. Nothing may follow for this trial.</summary>
    void Finish(Trial trial, Outcome outcome);

    /// <summary>
    /// Asks which trials go on; the others have ended by then, and the runner drops them. To be called after every epoch but
    /// the last, once its rows are handed over: here the stop rules of the sweep are obeyed.
    /// </summary>
    /// <param name="epoch">Epochs done.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">Each trial's share of the wall time so far, as in <see cref="Outcome.Seconds"/>.</param>
    /// <returns>In the order of the stack.</returns>
    IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds);

    /// <summary>Whether enough time has passed since the last checkpoint for another to be worth its cost.</summary>
    bool CheckpointDue { get; }

    /// <summary>Keeps a state to go on from; what was handed over before it is recorded no later than it.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">Each trial's share of the wall time so far.</param>
    /// <param name="write">Writes the state; called again where there was no room for it.</param>
    void Checkpoint(long step, double seconds, Action<Stream> write);

    /// <summary>How far a piece of work is, for people to watch.</summary>
    void Progress(Progress progress);
}

/// <summary>How far a piece of work is.</summary>
/// <param name="Activity">Such as <c>feature bank, training images</c>; a new name is a new piece of work.</param>
/// <param name="Done">Units done so far, from 0 to <paramref name="Total"/>.</param>
/// <param name="Total">Units in all.</param>
/// <param name="Unit">What is counted, in the plural: <c>images</c>, <c>trial-steps</c>.</param>
public sealed record Progress(string Activity, long Done, long Total, string Unit);

/// <summary>The terms of one trial, averaged over consecutive batches.</summary>
/// <param name="Epoch">The epoch of the last of these batches, from 1.</param>
/// <param name="Step">Steps done after the last of these batches.</param>
/// <param name="Batches">How many batches were averaged.</param>
/// <param name="Terms">In the order of <see cref="Vocabulary.Terms"/>; null where not finite, or not recorded.</param>
public sealed record LossRow(int Epoch, long Step, int Batches, params IReadOnlyList<double?> Terms)
{
    /// <summary>The same row with its terms in another order; null where it does not have a term.</summary>
    /// <param name="from">What the terms are now.</param>
    /// <param name="to">What they shall be.</param>
    internal LossRow Reordered(IReadOnlyList<Term> from, IReadOnlyList<Term> to)
    {
        if (from.Count == to.Count && from.Zip(to).All(t => t.First.Name == t.Second.Name)) return this;

        var values = from.Zip(Terms).ToDictionary(t => t.First.Name, t => t.Second, StringComparer.Ordinal);
        return this with { Terms = [.. to.Select(term => values.GetValueOrDefault(term.Name))] };
    }

    public bool Equals(LossRow? other) =>
        other is not null && (Epoch, Step, Batches) == (other.Epoch, other.Step, other.Batches) && Terms.SequenceEqual(other.Terms);

    public override int GetHashCode() => HashCode.Combine(Epoch, Step, Batches, Terms.Count);

    private bool PrintMembers(StringBuilder text)
    {
        var terms = string.Join(", ", Terms.Select(t => t?.ToString("R", CultureInfo.InvariantCulture) ?? "null"));
        text.Append(CultureInfo.InvariantCulture, $"Epoch = {Epoch}, Step = {Step}, Batches = {Batches}, Terms = [{terms}]");
        return true;
    }
}

/// <summary>The metrics of one space at one evaluation, and what they are judged to be.</summary>
/// <param name="Epoch">Epochs done; 0 is before training.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Space">One of <see cref="Vocabulary.Spaces"/>.</param>
/// <param name="Metrics">Name and value; null where undefined, never NaN.</param>
/// <param name="Spectrum">Singular values of the centred sample, largest first; empty where undefined.</param>
/// <param name="Verdict">One of the space's verdicts.</param>
/// <param name="Evidence">What decided the verdict, in one sentence.</param>
public sealed record PanelRow(
    int Epoch,
    long Step,
    string Space,
    IReadOnlyList<KeyValuePair<string, double?>> Metrics,
    IReadOnlyList<double> Spectrum,
    string Verdict,
    string Evidence);

/// <summary>The vectors of one space that some held-out images have.</summary>
/// <remarks>
/// Before training (<paramref name="Step"/> 0) they follow from the trial's shapes and seed, so the store keeps the first of
/// each alone. After it, one seed of a point is enough to look at.
/// </remarks>
/// <param name="Epoch">Epochs done; 0 is before training.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Space">One of <see cref="Vocabulary.TrialSpaces"/>.</param>
/// <param name="Bank">Names the images; what is kept of one bank begins with the same image.</param>
/// <param name="Labels">The class of every image, from 0; <see cref="NoClass"/> where it has none.</param>
/// <param name="Dimension">D.</param>
/// <param name="Values">One row of D numbers an image.</param>
/// <param name="EverySeed">Whether they are kept even where another trial of the point has a smaller seed.</param>
public sealed record VectorRow(
    int Epoch, long Step, string Space, string Bank, IReadOnlyList<int> Labels, int Dimension, float[] Values, bool EverySeed)
{
    public const int NoClass = -1;
}

/// <summary>How a trial ended.</summary>
/// <param name="State">Completed, stopped or failed.</param>
/// <param name="FailureClass"><c>diverged</c>, <c>out_of_memory</c>, <c>timeout</c> or <c>error</c>; null unless failed.</param>
/// <param name="Reason">Why it stopped or failed, in one sentence; null when completed.</param>
/// <param name="Epochs">Whole epochs trained.</param>
/// <param name="Steps">Steps trained.</param>
/// <param name="Seconds">
/// Wall time of training and evaluation: the stack's, shared at every moment equally among the trials that are still in it,
/// and summed over interruptions.
/// </param>
public sealed record Outcome(TrialState State, string? FailureClass, string? Reason, int Epochs, long Steps, double Seconds);

/// <summary>Where a trial stands. Interrupted work is pending; running is a lease that has not run out.</summary>
public enum TrialState
{
    Pending,
    Running,
    Completed,
    Stopped,
    Failed,
}
