using System.Numerics;
using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace VicRegSweeps.Trials;

/// <summary>
/// What one core needs to take one trial's step: the memory of a forward and a backward pass, which stays in the core's
/// cache from trial to trial. Products are libtorch's; all that lies between them is done row by row.
/// </summary>
/// <remarks>
/// <para>
/// Letters: B batch, M = 2B samples of both views, E embedding, W expander's width, R representation, P parameters.
/// Activations are [dimension, M], view 1 first: BatchNorm and the loss work along contiguous rows, and a layer is
/// W [out, in] times x [in, M] without transposing anything.
/// </para>
/// <para>
/// What adds a constant to every sample between one BatchNorm and the next, or the loss, is left out of the forward pass
/// and enters the running means alone: see <see cref="StackLayout.HasNoGradient"/>.
/// </para>
/// </remarks>
internal sealed class TrialPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int batch;
    private readonly T keepFactor; // 1/(1 − p)
    private readonly Tensor gradientRow;
    private readonly TrialRow<T> gradients;
    private readonly BatchNormLayer<T> norm5;
    private readonly BatchNormLayer<T> norm1;
    private readonly BatchNormLayer<T> norm4;
    private readonly LossPass<T> loss;

    // Activations: the name says which layer's output it is.
    private readonly Matrix<T> first;     // [128, M], after ReLU and dropout
    private readonly Matrix<T> second;    // [32, M], after ReLU
    private readonly Matrix<T> normal;    // [32, M], after BatchNorm
    private readonly Matrix<T> embedding; // [E, M]
    private readonly Matrix<T> wide1;     // [W, M]
    private readonly Matrix<T> active1;   // [W, M], after BatchNorm and ReLU
    private readonly Matrix<T> wide2;     // [W, M]
    private readonly Matrix<T> active2;   // [W, M], after BatchNorm and ReLU

    // Gradients of activations.
    private readonly Matrix<T> ofFirst;
    private readonly Matrix<T> ofSecond;
    private readonly Matrix<T> ofEmbedding;
    private readonly Matrix<T> ofWide1;
    private readonly Matrix<T> ofWide2;

    private readonly T[] constantOfEmbedding; // [E]
    private readonly T[] constantOfWide1;     // [W]

    public TrialPass(StackSettings settings, StackLayout layout, ScalarType type)
    {
        var (samples, width) = (2 * settings.BatchSize, settings.ExpanderWidth);
        batch = settings.BatchSize;
        keepFactor = T.CreateChecked(1 / (1 - settings.Dropout));
        gradientRow = zeros([layout.ParameterCount], type).DetachFromDisposeScope();
        gradients = new TrialRow<T>(layout.Parameters, gradientRow);

        first = Matrix<T>.Zeros(StackLayout.FirstWidth, samples);
        second = Matrix<T>.Zeros(StackLayout.SecondWidth, samples);
        normal = Matrix<T>.Zeros(StackLayout.SecondWidth, samples);
        embedding = Matrix<T>.Zeros(settings.EmbeddingDim, samples);
        wide1 = Matrix<T>.Zeros(width, samples);
        active1 = Matrix<T>.Zeros(width, samples);
        wide2 = Matrix<T>.Zeros(width, samples);
        active2 = Matrix<T>.Zeros(width, samples);
        loss = new LossPass<T>(Matrix<T>.Zeros(settings.RepresentationDim, samples), Matrix<T>.Zeros(settings.RepresentationDim, samples));

        ofFirst = Matrix<T>.Zeros(StackLayout.FirstWidth, samples);
        ofSecond = Matrix<T>.Zeros(StackLayout.SecondWidth, samples);
        ofEmbedding = Matrix<T>.Zeros(settings.EmbeddingDim, samples);
        ofWide1 = Matrix<T>.Zeros(width, samples);
        ofWide2 = Matrix<T>.Zeros(width, samples);

        norm5 = new BatchNormLayer<T>("embedding.5", second, normal, ofSecond);
        norm1 = new BatchNormLayer<T>("expander.1", wide1, active1, ofWide1);
        norm4 = new BatchNormLayer<T>("expander.4", wide2, active2, ofWide2);
        constantOfEmbedding = new T[settings.EmbeddingDim];
        constantOfWide1 = new T[width];
    }

    /// <summary>P gradients, filled by <see cref="Take"/>; zero where <see cref="StackLayout.HasNoGradient"/>.</summary>
    public Span<T> Gradients => gradients.All;

    /// <summary>Both passes of a trial: its loss terms, its running statistics moved on, and its gradients.</summary>
    /// <param name="weights">[P] as layers.</param>
    /// <param name="buffers">[Q] as layers; moved on by view 1, then by view 2.</param>
    /// <param name="features">[M, 512].</param>
    /// <param name="keep">What dropout multiplies with, [128, M]; null without dropout.</param>
    public (double Total, double Invariance, double Variance, double Covariance) Take(
        TrialRow<T> weights, TrialRow<T> buffers, Matrix<T> features, Matrix<T>? keep, TrialCoefficients coefficients)
    {
        Forward(weights, buffers, features, keep);
        var terms = loss.Take(coefficients);
        Backward(weights, features);
        return terms;
    }

    public void Dispose()
    {
        gradients.Dispose();
        gradientRow.Dispose();
        loss.Dispose();
        foreach (var matrix in new[]
        {
            first, second, normal, embedding, wide1, active1, wide2, active2, loss.Representations,
            ofFirst, ofSecond, ofEmbedding, ofWide1, ofWide2, loss.Gradient,
        })
        {
            matrix.Dispose();
        }
    }

    private void Forward(TrialRow<T> weights, TrialRow<T> buffers, Matrix<T> features, Matrix<T>? keep)
    {
        first.Product(weights["embedding.0.weight"].Tensor, features.Transposed);      // [128, M]
        var bias = weights["embedding.0.bias"].All;
        for (var j = 0; j < first.Rows; j++)
        {
            Gate.Forward(first[j], bias[j], keep is null ? [] : keep[j]);
        }

        second.Product(weights["embedding.3.weight"].Tensor, first.Tensor);            // [32, M]
        bias = weights["embedding.3.bias"].All;
        for (var j = 0; j < second.Rows; j++)
        {
            Gate.Forward(second[j], bias[j], []);
        }

        norm5.Forward(weights, buffers, constants: [], isBiased: false);
        embedding.Product(weights["embedding.6.weight"].Tensor, normal.Tensor);        // [E, M]
        wide1.Product(weights["expander.0.weight"].Tensor, embedding.Tensor);          // [W, M]
        norm1.Forward(weights, buffers, ConstantOfWide1(weights), isBiased: true);
        Rectify(active1);
        wide2.Product(weights["expander.3.weight"].Tensor, active1.Tensor);            // [W, M]
        norm4.Forward(weights, buffers, weights["expander.3.bias"].All, isBiased: true);
        Rectify(active2);
        loss.Representations.Product(weights["expander.6.weight"].Tensor, active2.Tensor); // [R, M]
    }

    private void Backward(TrialRow<T> weights, Matrix<T> features)
    {
        gradients["expander.6.weight"].Product(loss.Gradient.Tensor, active2.Transposed);
        ofWide2.Product(weights["expander.6.weight"].Transposed, loss.Gradient.Tensor);
        Close(ofWide2, active2);
        norm4.Backward(weights, gradients, isBiased: true);

        gradients["expander.3.weight"].Product(ofWide2.Tensor, active1.Transposed);
        ofWide1.Product(weights["expander.3.weight"].Transposed, ofWide2.Tensor);
        Close(ofWide1, active1);
        norm1.Backward(weights, gradients, isBiased: true);

        gradients["expander.0.weight"].Product(ofWide1.Tensor, embedding.Transposed);
        ofEmbedding.Product(weights["expander.0.weight"].Transposed, ofWide1.Tensor);
        gradients["embedding.6.weight"].Product(ofEmbedding.Tensor, normal.Transposed);
        ofSecond.Product(weights["embedding.6.weight"].Transposed, ofEmbedding.Tensor);
        norm5.Backward(weights, gradients, isBiased: false);
        Close(ofSecond, second, gradients["embedding.3.bias"].All, T.One);

        gradients["embedding.3.weight"].Product(ofSecond.Tensor, first.Transposed);
        ofFirst.Product(weights["embedding.3.weight"].Transposed, ofSecond.Tensor);
        Close(ofFirst, first, gradients["embedding.0.bias"].All, keepFactor);
        gradients["embedding.0.weight"].Product(ofFirst.Tensor, features.Tensor);
    }

    /// <summary>What embedding.5's bias comes to behind two linear layers, with their own biases.</summary>
    private ReadOnlySpan<T> ConstantOfWide1(TrialRow<T> weights)
    {
        Affine(weights["embedding.6.weight"], weights["embedding.6.bias"].All, weights["embedding.5.bias"].All, constantOfEmbedding);
        Affine(weights["expander.0.weight"], weights["expander.0.bias"].All, constantOfEmbedding, constantOfWide1);
        return constantOfWide1;

        static void Affine(Matrix<T> weight, ReadOnlySpan<T> bias, ReadOnlySpan<T> x, Span<T> y)
        {
            for (var j = 0; j < y.Length; j++)
            {
                y[j] = TensorPrimitives.Dot(weight[j], x) + bias[j];
            }
        }
    }

    private static void Rectify(Matrix<T> x) => TensorPrimitives.Max(x.All, T.Zero, x.All);

    private static void Close(Matrix<T> gradient, Matrix<T> output) => Gate.Backward<T>(gradient.All, output.All, T.One);

    private static void Close(Matrix<T> gradient, Matrix<T> output, Span<T> biasGradient, T factor)
    {
        for (var j = 0; j < gradient.Rows; j++)
        {
            Gate.Backward(gradient[j], output[j], factor);
            biasGradient[j] = TensorPrimitives.Sum<T>(gradient[j]);
        }
    }
}
