using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.SweepEngine.Stores;

/// <summary>What trials were trained on. Equal settings must go on meaning the same content.</summary>
/// <param name="SeenUtc">When it was seen first: UTC text, as in all tables.</param>
public sealed record RecordedInput(TrialInput Input, string SeenUtc)
{
    private const int ShownDigits = 12;

    /// <summary>Whether the same settings led to it.</summary>
    internal bool IsOfSame(TrialInput now) => Input.Part == now.Part && (Input.Settings == now.Settings || Input.Settings == now.FormerSettings);

    /// <summary>How what is there now differs from what trials were trained on, in a sentence without its full stop; null when it is the same.</summary>
    internal string? Difference(TrialInput now) => Input.Content == now.Content
        ? null
        : $"the {now.Part} are not those that its trials were trained on: since {SeenUtc} "
            + $"they were {Short(Input.Content)} (in {Input.Place}), and now they are {Short(now.Content)} (in {now.Place})";

    private static string Short(string content) => content.Length > ShownDigits ? content[..ShownDigits] : content;
}
