using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What the stop rules had seen of a trial when a checkpoint was taken.</summary>
/// <param name="Trial">The trial's id.</param>
/// <param name="Judgements">Of all evaluations until then, by step and space.</param>
/// <param name="Value">The metric that halving ranks by, at its last row until then; null where it is undefined or nothing is ranked.</param>
public sealed record Recollection(string Trial, IReadOnlyList<Judgement> Judgements, double? Value);

/// <summary>What one space of a trial was judged to be at one evaluation.</summary>
/// <param name="Evidence">See <see cref="PanelRow.Evidence"/>.</param>
public sealed record Judgement(string Space, int Epoch, string Verdict, string Evidence);
