using System.Security.Cryptography;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.SweepEngine.Verifying;

/// <summary>Keeps what a runner hands over in memory. A trial goes on for as long as it did when it was recorded.</summary>
/// <param name="steps">The steps after which each trial ended, by id.</param>
/// <param name="inputs">What the recorded trials were trained on.</param>
internal sealed class RehearsalSink(
    StackWork work, IReadOnlyDictionary<string, long> steps, IReadOnlyList<RecordedInput> inputs, IRunObserver observer) : ITrialSink
{
    private readonly HashSet<string> ended = new(StringComparer.Ordinal);

    public Dictionary<string, List<LossRow>> Losses { get; } = work.Trials.ToDictionary(t => t.Id, _ => new List<LossRow>());

    public Dictionary<string, List<PanelRow>> Panels { get; } = work.Trials.ToDictionary(t => t.Id, _ => new List<PanelRow>());

    /// <summary>SHA-256 in lower-case hex of what trials left, by trial and name.</summary>
    public Dictionary<(string Trial, string Name), string> Artifacts { get; } = [];

    /// <summary>Why these trials cannot be run again as they were; null when they can.</summary>
    public string? Obstacle { get; private set; }

    public bool CheckpointDue => false;

    public void Loss(Trial trial, LossRow row)
    {
        if (row.Step <= steps[trial.Id]) Losses[trial.Id].Add(row);
    }

    public void Panel(Trial trial, PanelRow row)
    {
        if (row.Step <= steps[trial.Id]) Panels[trial.Id].Add(row);
    }

    public void Input(TrialInput input)
    {
        var before = inputs.FirstOrDefault(i => i.IsOfSame(input));
        Obstacle = before?.Difference(input);
        if (Obstacle is not null) throw new SweepException(Obstacle);
    }

    public void Baseline(string name, PanelRow row)
    {
    }

    public void Vectors(Trial trial, VectorRow row)
    {
    }

    public void Spent(string stage, TimeSpan time)
    {
    }

    public void Artifact(Trial trial, string name, Action<Stream> write)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) write(stream);
        Artifacts[(trial.Id, name)] = Convert.ToHexStringLower(hash.Hash!);
    }

    public void Finish(Trial trial, Outcome outcome) => ended.Add(trial.Id);

    public IReadOnlyList<Trial> Survivors(int epoch, long step, double seconds) =>
        [.. work.Trials.Where(t => !ended.Contains(t.Id) && steps[t.Id] > step)];

    public void Checkpoint(long step, double seconds, Action<Stream> write)
    {
    }

    public void Progress(Progress progress) => observer.Progress(progress);
}
