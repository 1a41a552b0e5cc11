using System.Runtime.InteropServices;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Sources;
using VicRegSweeps.Trials.Tests.Arrays;
using VicRegSweeps.Trials.Tests.Images;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Files of a user's own, made by hand, in a folder of one test's own.</summary>
internal sealed class OwnData : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public string this[string name] => scratch[name];

    public SourceReading Reading => new(scratch["cache"], null, CancellationToken.None);

    public void Dispose() => scratch.Dispose();

    public static TrialSettings Settings(string source, params IEnumerable<(string Name, ParameterValue Value)> more) =>
        TrialSettings.From(TrialCatalogue.Parameters, [("data.source", source), ("train.batch_size", 2), .. more]);

    /// <summary>What the plan of a sweep would say of it; null where nothing.</summary>
    public static string? Complaint(TrialSettings s) => TrialCatalogue.Parameters.SharedConflict(s);

    public string Write(string name, string descr, string shape, params byte[] data)
    {
        File.WriteAllBytes(this[name], NpyBytes.Raw(1, $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n", data));
        return this[name];
    }

    public string WriteFeatures(string name, int samples, int views, int features, Func<int, int, int, float> value) => Write(
        name, "<f4", $"({samples}, {views}, {features})", MemoryMarshal.AsBytes<float>(Values(samples, views, features, value)).ToArray());

    public string WriteHalves(string name, int samples, int views, int features, Func<int, int, int, float> value) => Write(
        name,
        "<f2",
        $"({samples}, {views}, {features})",
        MemoryMarshal.AsBytes<Half>(Values(samples, views, features, value).Select(x => (Half)x).ToArray()).ToArray());

    /// <summary>Images whose every byte is given by image, row, column and channel.</summary>
    public string WriteImages(string name, int images, int height, int width, Func<int, int, int, int, byte> value) => Write(
        name,
        "|u1",
        $"({images}, {height}, {width}, 3)",
        [
            .. from image in Enumerable.Range(0, images)
               from row in Enumerable.Range(0, height)
               from column in Enumerable.Range(0, width)
               from channel in Enumerable.Range(0, 3)
               select value(image, row, column, channel),
        ]);

    public string WriteLabels(string name, params long[] labels) =>
        Write(name, "<i8", $"({labels.Length},)", MemoryMarshal.AsBytes<long>(labels).ToArray());

    private static float[] Values(int samples, int views, int features, Func<int, int, int, float> value) =>
    [
        .. from sample in Enumerable.Range(0, samples)
           from view in Enumerable.Range(0, views)
           from feature in Enumerable.Range(0, features)
           select value(sample, view, feature),
    ];
}
