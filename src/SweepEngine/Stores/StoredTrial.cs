using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A trial as it is stored, its rows apart. Times are UTC text, see <see cref="StoreTime"/>.</summary>
internal sealed record StoredTrial
{
    public required long Number { get; init; }

    public required string Id { get; init; }

    public required string Point { get; init; }

    public required string Block { get; init; }

    public required long Seed { get; init; }

    /// <summary>See <see cref="TrialSettings.ToJson"/>.</summary>
    public required string Settings { get; init; }

    public required string StackKey { get; init; }

    /// <summary>Whether a sweep names it.</summary>
    public required bool Planned { get; init; }

    /// <summary>Whether it is to be trained alone: it failed, and is tried again.</summary>
    public required bool Alone { get; init; }

    /// <summary>How often it has failed and was tried again.</summary>
    public required int Retries { get; init; }

    /// <summary>The trial that it is built on; null where it stands on its own.</summary>
    public long? Stage { get; init; }

    /// <summary>The stack it is or was trained in last; null while it waits.</summary>
    public required long? Stack { get; init; }

    /// <summary>Never <see cref="TrialState.Running"/>.</summary>
    public required TrialState State { get; init; }

    public string? FailureClass { get; init; }

    public string? Reason { get; init; }

    /// <summary>Null until it has ended, as are <see cref="Steps"/> and <see cref="Seconds"/>.</summary>
    public int? Epochs { get; init; }

    public long? Steps { get; init; }

    public double? Seconds { get; init; }

    public required string Created { get; init; }

    public string? Started { get; init; }

    public string? Finished { get; init; }

    /// <summary>The checksum of what is recorded of it; null until it has ended.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether it has yet to end in a stack.</summary>
    public bool IsPendingIn(long stack) => Stack == stack && State == TrialState.Pending;

    /// <param name="address">The store's, for messages.</param>
    /// <exception cref="SweepException">The settings are not those of a trial.</exception>
    public Trial ToTrial(string address, ParameterCatalogue catalogue) =>
        new(Id, Point, Block, Seed, StoreDamage.Row(address, "trial", Number, () => TrialSettings.FromJson(catalogue, Settings)));
}

/// <summary>A trial that is to be added.</summary>
/// <param name="Created">Null for now.</param>
/// <param name="Stage">The trial that it is built on; null where it stands on its own.</param>
internal sealed record NewTrial(string Id, string Point, string Block, long Seed, string Settings, string StackKey, bool Planned, string? Created = null,
    long? Stage = null);

/// <summary>A trial as far as a plan is compared with it.</summary>
/// <param name="Ended">Whether it has a result.</param>
/// <param name="Named">Whether the sweep names it that was asked for.</param>
internal readonly record struct PlannedBefore(string Id, string Point, bool Ended, bool Named);

/// <summary>The last value of a trial.</summary>
internal readonly record struct FinalValue(long Number, string Id, TrialState State, double Value);
