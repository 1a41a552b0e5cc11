using VicRegSweeps.SweepEngine.Planning;

namespace VicRegSweeps.SweepEngine.Catalogue;

/// <summary>What a parameter's values are.</summary>
public enum ParameterKind
{
    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A finite double.</summary>
    Real,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Truth,

    /// <summary>One of <see cref="Parameter.Words"/>.</summary>
    Word,

    /// <summary>A path, or one of <see cref="Parameter.Words"/>.</summary>
    Path,

    /// <summary>
    /// Whole numbers with hyphens between them, such as <c>128-32</c>, or one of <see cref="Parameter.Words"/>. The bounds are each number's.
    /// </summary>
    Widths,
}

/// <summary>One setting of a trial: everything that a sweep file, a plan and a reader need to know of it.</summary>
public sealed record Parameter
{
    /// <summary>The dotted name, such as <c>loss.variance_weight</c>.</summary>
    public required string Name { get; init; }

    public required ParameterKind Kind { get; init; }

    /// <summary>The value where a sweep file names none. Null: the parameter is absent unless it is named.</summary>
    public required ParameterValue? Default { get; init; }

    /// <summary>
    /// What trials had before there was this parameter; null for one that there was from the beginning. Under this value it is no part of a
    /// trial's id, so that a parameter which comes later renames no trial, and stores of before have it.
    /// </summary>
    public ParameterValue? Birth { get; init; }

    /// <summary>
    /// The default before the one of now; null where it never changed. In a trial's identity the default of now counts as this one, so that a
    /// sweep file that names neither goes on with its trials. Only for parameters of which both values give the same training.
    /// </summary>
    public ParameterValue? FormerDefault { get; init; }

    /// <summary>What it does, in one sentence, with its unit.</summary>
    public required string Doc { get; init; }

    /// <summary>The smallest number allowed; null where there is no lower bound.</summary>
    public double? Minimum { get; init; }

    /// <summary>Whether <see cref="Minimum"/> itself is not allowed.</summary>
    public bool ExclusiveMinimum { get; init; }

    /// <summary>The largest number allowed; null where there is no upper bound.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether <see cref="Maximum"/> itself is not allowed.</summary>
    public bool ExclusiveMaximum { get; init; }

    /// <summary>The words allowed: all there is for a <see cref="ParameterKind.Word"/>, beside the numbers or paths otherwise.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether all trials of a stack have the same value of it, as where it decides shapes, the schedule or the evaluation.</summary>
    public bool SameWithinStack { get; init; }

    /// <summary>Whether it decides what trials share as input: what is made of their data once is that of all trials with equal values.</summary>
    public bool DecidesInputs { get; init; }

    /// <summary>Whether it says where something lies, not what it is. A location is not part of a trial's identity and cannot be swept.</summary>
    public bool IsLocation { get; init; }

    /// <summary>
    /// Whether what lies at its path counts in a trial's identity, in the place of the path: the same content elsewhere is the same trial, and
    /// other content at the same path is another. Words count as they read. The content is found out when a plan is made.
    /// </summary>
    public bool CountsByContent { get; init; }

    /// <summary>Whether it says what is kept of a trial for people to look at, and bears on no number of it.</summary>
    public bool IsRecord { get; init; }

    /// <summary>Whether its value, as it reads, is no part of a trial's identity.</summary>
    public bool IsIncidental => IsLocation || IsRecord;

    /// <summary>Whether it can be an axis: trials with other values of it are other trials.</summary>
    public bool IsSweepable => !IsIncidental || CountsByContent;

    /// <summary>What a value counts as in a trial's identity; null where it is no part of it.</summary>
    internal ParameterValue? InIdentity(ParameterValue value) =>
        value.Content is { } content ? ParameterValue.Of(content)
        : IsIncidental || value == Birth ? null : FormerDefault is not null && value == Default ? FormerDefault : value;

    /// <summary>What an incidental parameter is about, for messages.</summary>
    internal string WhatItSays => IsLocation ? "where something lies" : "what is kept of a trial";

    /// <summary>
    /// What the names of further metrics call it, such as <c>k</c>; null for what is no matter of evaluation alone. One that has it is a number,
    /// and may be listed under a sweep file's <c>evaluate</c>, see <see cref="Evaluation"/>.
    /// </summary>
    public string? EvaluatedAs { get; init; }

    /// <summary>When it has any effect, given the other values; null when always. An inactive parameter is dropped from a trial's settings.</summary>
    public Func<TrialSettings, bool>? ActiveWhen { get; init; }

    /// <summary><see cref="ActiveWhen"/> in words, such as "train.optimizer is sgd or lars"; null when always.</summary>
    public string? ActiveWhenDoc { get; init; }
}
