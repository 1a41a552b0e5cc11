using VicRegSweeps.SweepEngine.Stopping;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>A sweep as it is stored.</summary>
/// <param name="Texts">Every text that its file has had, oldest first.</param>
internal sealed record StoredSweep(long Number, string Name, string Question, string Created, SweepRules Rules, IReadOnlyList<SweepText> Texts);

/// <summary>A text that a sweep's file has had.</summary>
/// <param name="Revision">From 1.</param>
/// <param name="Registered">UTC text.</param>
internal sealed record SweepText(long Revision, string Text, string Registered);
