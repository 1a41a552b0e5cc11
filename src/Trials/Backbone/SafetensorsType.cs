using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">As the file's header says it.</param>
/// <param name="Bytes">Of one element.</param>
internal sealed record SafetensorsType(string Name, ScalarType Type, int Bytes)
{
    public static readonly IReadOnlyList<SafetensorsType> All =
    [
        new("F64", ScalarType.Float64, 8),
        new("I64", ScalarType.Int64, 8),
        new("F32", ScalarType.Float32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("U8", ScalarType.Byte, 1),
    ];

    /// <summary>Null where the format or this reader does not have it.</summary>
    public static SafetensorsType? Named(string? name) => All.FirstOrDefault(type => type.Name == name);

    public static SafetensorsType Of(Tensor tensor) => All.FirstOrDefault(type => type.Type == tensor.dtype)
        ?? throw new ArgumentException($"Tensors of {tensor.dtype} cannot be written.", nameof(tensor));
}
