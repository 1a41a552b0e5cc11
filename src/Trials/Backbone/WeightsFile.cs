using System.Security.Cryptography;
using VicRegSweeps.SweepEngine;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>What a <c>.safetensors</c> file must hold to be the weights of a backbone. Tensors beside these are ignored.</summary>
/// <param name="title">The backbone's name for people, such as <c>VGG16</c>.</param>
/// <param name="tensors">Under torchvision's names, in the order in which an image passes them.</param>
internal sealed class WeightsFile(string title, IReadOnlyList<(string Name, long[] Shape)> tensors)
{
    public IReadOnlyList<(string Name, long[] Shape)> Tensors => tensors;

    /// <summary>What is wrong with a file, in a sentence, as far as its header tells; null where nothing is. Needs no libtorch.</summary>
    public string? Complaint(string path)
    {
        try
        {
            var found = Safetensors.Look(path).Entries.ToDictionary(e => e.Name, StringComparer.Ordinal);
            return tensors.Select(t => found.TryGetValue(t.Name, out var entry)
                ? Wrong(path, t.Name, t.Shape, entry.Shape, entry.TypeName, entry.TypeName.StartsWith('F')
                    || entry.TypeName.StartsWith("BF", StringComparison.Ordinal))
                : Missing(path, t.Name)).OfType<string>().FirstOrDefault();
        }
        catch (SweepException error)
        {
            return error.Message;
        }
    }

    /// <returns>The weights, float32, and a key that is equal for equal weights.</returns>
    /// <exception cref="SweepException">The file is not there, is damaged, or holds something else.</exception>
    public (Dictionary<string, Tensor> Weights, string Key) Read(string path)
    {
        using var scope = NewDisposeScope();
        var (found, _) = Safetensors.Read(path, tensors.Select(t => t.Name).ToHashSet());
        var weights = new Dictionary<string, Tensor>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, shape) in tensors)
        {
            if (!found.TryGetValue(name, out var tensor)) throw new SweepException(Missing(path, name));
            if (Wrong(path, name, shape, tensor.shape, $"{tensor.dtype}", tensor.is_floating_point()) is { } wrong) throw new SweepException(wrong);

            weights[name] = tensor.to_type(ScalarType.Float32);
            hash.AppendData(weights[name].bytes);
        }

        foreach (var tensor in weights.Values) tensor.DetachFromDisposeScope();
        return (weights, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private string Missing(string path, string name) => $"'{path}' has no tensor '{name}', but backbone.weights must hold {title} under torchvision's names.";

    private string? Wrong(string path, string name, long[] shape, long[] found, string type, bool isReal) =>
        !found.SequenceEqual(shape) ? $"'{path}': '{name}' has shape [{string.Join(", ", found)}], but {title} has [{string.Join(", ", shape)}]."
        : !isReal ? $"'{path}': '{name}' holds {type}, but weights must be floating-point."
        : null;
}
