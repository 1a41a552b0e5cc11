using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Native;
using VicRegSweeps.Trials.Sources;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>Makes a stack's data of features that were made elsewhere.</summary>
/// <remarks>
/// Such a file has views alone. So a sample's first view stands for the sample itself in the reference and in evaluations, and its
/// first two views are those that alignment compares. Letters as in <see cref="StackData"/>.
/// </remarks>
internal static class FeatureData
{
    // Of the memory that the program may use; a stack and the evaluation need some too.
    private const double ShareOfMemory = 0.25;

    /// <param name="mostBytes">Views of more bytes stay in their file; a quarter of the memory unless given.</param>
    /// <inheritdoc cref="StackData.Load"/>
    public static StackData Load(TrialSettings s, Device device, SourceReading reading, Action<TrialInput>? found, long? mostBytes = null)
    {
        var (train, test) = FeaturesSource.Open(s, reading);
        using (test)
        {
            var staysInFile = false;
            FeatureScale? scale = null;
            try
            {
                found?.Invoke(FoundInput.Features(FoundInput.TrainingFeatures, train, s));
                found?.Invoke(FoundInput.Features(FoundInput.HeldOutFeatures, test, s));
                staysInFile = train.Bytes > (mostBytes ?? (long)(ShareOfMemory * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
                    || !GpuMemory.HasRoomFor(train.Bytes, device);
                scale = s.Truth("backbone.standardize") ? ScaleOf(train, reading) : null;
                return Of(s, train, test, scale, staysInFile, device, reading);
            }
            catch
            {
                staysInFile = false;
                scale?.Dispose();
                throw;
            }
            finally
            {
                if (!staysInFile) train.Dispose();
            }
        }
    }

    private static StackData Of(TrialSettings s, FeatureViews train, FeatureViews test, FeatureScale? scale, bool staysInFile, Device device,
        SourceReading reading)
    {
        var reference = Math.Min(s.Integer("eval.reference_images"), train.Count);
        var heldOut = Math.Min(s.Integer("eval.images"), test.Count);
        return new StackData(
            FeaturesSource.KeyOf(train.ContentKey, test.ContentKey),
            staysInFile ? null : Kept(AllViews(train, scale, reading), device),
            train.Count,
            train.Views,
            null,
            Kept(View(train, 0, reference, scale), device),
            Labels(train, reference, device),
            Kept(View(test, 0, heldOut, scale), device),
            Labels(test, heldOut, device),
            Kept(View(test, 0, heldOut, scale), device),
            Kept(View(test, 1, heldOut, scale), device))
        {
            FileViews = staysInFile ? train : null,
            Scale = scale,
        };
    }

    private static FeatureScale ScaleOf(FeatureViews train, SourceReading reading) => FeatureScale.Of(
        train.Features,
        (long)train.Count * train.Views,
        (first, count) =>
        {
            reading.Cancel.ThrowIfCancellationRequested();
            var values = new float[count * train.Features];
            train.ReadRows(first, values);
            return tensor(values, [count, train.Features]);
        });

    /// <returns>[N·V, F].</returns>
    private static Tensor AllViews(FeatureViews train, FeatureScale? scale, SourceReading reading)
    {
        var all = empty([(long)train.Count * train.Views, train.Features], ScalarType.Float32);
        var values = new float[train.Views * train.Features];
        for (var sample = 0; sample < train.Count; sample++)
        {
            reading.Cancel.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            train.Read(sample, 0, values);
            all.narrow(0, (long)sample * train.Views, train.Views).copy_(tensor(values, [train.Views, train.Features]));
        }

        scale?.Apply(all);
        return all;
    }

    /// <summary>One view of the first samples, [count, F].</summary>
    private static Tensor View(FeatureViews samples, int view, int count, FeatureScale? scale)
    {
        var values = new float[count * samples.Features];
        for (var sample = 0; sample < count; sample++) samples.Read(sample, view, values.AsSpan(sample * samples.Features, samples.Features));
        var all = tensor(values, [count, samples.Features]);
        scale?.Apply(all);
        return all;
    }

    private static Tensor? Labels(FeatureViews samples, int count, Device device) =>
        samples.Labels(count) is { } labels ? Kept(tensor(labels), device) : null;

    private static Tensor Kept(Tensor tensor, Device device) => tensor.to(device).contiguous().alias().DetachFromDisposeScope();
}
