using VicRegSweeps.Trials.Backbone;

namespace VicRegSweeps.Trials.Stacks;

/// <summary>One layer of a network.</summary>
/// <param name="Name">As PyTorch names it in a state dictionary, such as <c>embedding.0</c>.</param>
public abstract record Layer(string Name);

/// <summary>Weight · x + bias.</summary>
public sealed record LinearLayer(string Name, int Inputs, int Outputs) : Layer(Name);

/// <summary>A convolution of a trained backbone. The BatchNorm after it is a layer of its own.</summary>
internal sealed record ConvolutionLayer(NormedConvolution Of) : Layer($"{StackEncoder.Prefix}{Of.Name}");

/// <summary>max(0, x).</summary>
public sealed record ReluLayer(string Name) : Layer(Name);

/// <summary>Drops units in training. How many is the trial's own setting.</summary>
public sealed record DropoutLayer(string Name) : Layer(Name);

/// <summary>Normalises each dimension over the batch, then scales and shifts it.</summary>
public sealed record BatchNormLayer(string Name, int Dimension) : Layer(Name);

/// <summary>A linear layer and all that follows it up to the next, as a step goes through it.</summary>
/// <param name="Gate">The ReLU right after the linear layer; null where there is none.</param>
/// <param name="Dropout">After <paramref name="Gate"/>; null where there is none.</param>
/// <param name="Norm">Null where there is none.</param>
/// <param name="IsRectified">Whether a ReLU follows <paramref name="Norm"/>.</param>
internal sealed record LayerBlock(LinearLayer Linear, ReluLayer? Gate, DropoutLayer? Dropout, BatchNormLayer? Norm, bool IsRectified);
