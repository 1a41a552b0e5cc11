using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">As the file's header says it.</param>
/// <param name="Type">Null where libtorch has no such type, and a tensor of it cannot be read.</param>
/// <param name="Bytes">Of one element.</param>
internal sealed record SafetensorsType(string Name, ScalarType? Type, int Bytes)
{
    public static readonly IReadOnlyList<SafetensorsType> All =
    [
        new("F64", ScalarType.Float64, 8),
        new("I64", ScalarType.Int64, 8),
        new("F32", ScalarType.Float32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("U8", ScalarType.Byte, 1),
        new("I8", ScalarType.Int8, 1),
        new("I16", ScalarType.Int16, 2),
        new("I32", ScalarType.Int32, 4),
        new("BOOL", ScalarType.Bool, 1),
        new("U16", null, 2),
        new("U32", null, 4),
        new("U64", null, 8),
        new("F8_E4M3", null, 1),
        new("F8_E5M2", null, 1),
    ];

    /// <summary>Null for a type that is younger than this reader: such a tensor can be passed over, but not read.</summary>
    public static SafetensorsType? Named(string? name) => All.FirstOrDefault(type => type.Name == name);

    public static SafetensorsType Of(Tensor tensor) => All.FirstOrDefault(type => type.Type == tensor.dtype)
        ?? throw new ArgumentException($"Tensors of {tensor.dtype} cannot be written.", nameof(tensor));
}
