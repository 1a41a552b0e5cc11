using static TorchSharp.torch;

namespace VicRegSweeps.Trials;

/// <summary>One way of computing VGG16's convolutions. It owns its weights.</summary>
internal interface IVgg16Layers : IDisposable
{
    /// <inheritdoc cref="IBackbone.Forward"/>
    Tensor Forward(Tensor images);
}
