using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone;

/// <summary>One way of computing VGG16's convolutions. It owns its weights.</summary>
internal interface IVgg16Layers : IDisposable
{
    /// <inheritdoc cref="IBackbone.Forward"/>
    Tensor Forward(Tensor images);
}
