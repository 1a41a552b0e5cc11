using System.Numerics;
using System.Numerics.Tensors;

namespace VicRegSweeps.Trials.Stacks.Processor;

/// <summary>The loss of one trial's representations, and its gradient. The same formulas as <see cref="VicRegLoss"/>'s.</summary>
/// <remarks>
/// Bardes et al. 2022, equations 1 to 5. Letters: B batch, R representation. Dimensions are rows, so that a mean or a
/// variance over the batch is one over contiguous numbers.
/// </remarks>
internal sealed class LossPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int batch;
    private readonly int dimension;
    private readonly Matrix<T> covariance;  // [R, R]
    private readonly Products<T> products;
    private readonly Matrix<T>[] views;     // [R, B] each, centred by Take
    private readonly Matrix<T>[] gradients; // [R, B] each

    /// <param name="representations">View 1's samples, then view 2's, [R, 2B]; bias-free, which the loss does not see.</param>
    /// <param name="gradient">[R, 2B], filled by <see cref="Take"/>.</param>
    public LossPass(Matrix<T> representations, Matrix<T> gradient, Products<T> products)
    {
        (Representations, Gradient, this.products) = (representations, gradient, products);
        (dimension, batch) = (representations.Rows, representations.Columns / 2);
        covariance = Matrix<T>.Zeros(dimension, dimension);
        views = Halves(representations);
        gradients = Halves(gradient);
    }

    public Matrix<T> Representations { get; }

    public Matrix<T> Gradient { get; }

    /// <summary>The terms; centres the representations and fills the gradient of the total.</summary>
    public (double Total, double Invariance, double Variance, double Covariance) Take(TrialCoefficients c)
    {
        var (invariance, variance, covariance) = (0.0, 0.0, 0.0);
        for (var j = 0; j < dimension; j++)
        {
            invariance += InvarianceOf(j, c);
            variance += VarianceOf(Representations[j][..batch], Gradient[j][..batch], c);
            variance += VarianceOf(Representations[j][batch..], Gradient[j][batch..], c);
        }

        for (var view = 0; view < 2; view++)
        {
            covariance += CovarianceOf(view, c);
        }

        invariance /= (double)batch * dimension;
        variance /= dimension;
        var total = (c.Invariance * invariance) + (c.Variance * variance) + (c.Covariance * covariance);
        return (total, invariance, variance, covariance);
    }

    public void Dispose()
    {
        covariance.Dispose();
        foreach (var half in views.Concat(gradients))
        {
            half.Dispose();
        }
    }

    /// <summary>Σ (z − z′)² over the batch; the gradient becomes 2λ/(BR) · ±(z − z′).</summary>
    private double InvarianceOf(int j, TrialCoefficients c)
    {
        var z1 = Representations[j][..batch];
        var z2 = Representations[j][batch..];
        var g1 = Gradient[j][..batch];
        var g2 = Gradient[j][batch..];
        TensorPrimitives.Subtract<T>(z1, z2, g1);
        var sum = double.CreateChecked(TensorPrimitives.SumOfSquares<T>(g1));
        TensorPrimitives.Multiply(g1, T.CreateChecked(2 * c.Invariance / ((double)batch * dimension)), g1);
        TensorPrimitives.Negate<T>(g1, g2);
        return sum;
    }

    /// <summary>The hinge of one dimension of one view; centres it, and adds −μ/R · z/((B − 1) std) to the gradient below γ.</summary>
    private double VarianceOf(Span<T> z, Span<T> gradient, TrialCoefficients c)
    {
        TensorPrimitives.Subtract(z, TensorPrimitives.Sum<T>(z) / T.CreateChecked(batch), z);
        var variance = double.CreateChecked(TensorPrimitives.SumOfSquares<T>(z)) / (batch - 1);
        var std = Math.Sqrt(variance + c.Epsilon);
        var hinge = Math.Max(0, c.Gamma - std); // NaN stays NaN
        if (hinge > 0)
        {
            TensorPrimitives.MultiplyAdd(z, T.CreateChecked(-c.Variance / (dimension * std * (batch - 1))), gradient, gradient);
        }

        return hinge;
    }

    /// <summary>Σ_{i≠j} Cov² / R of one view, which has been centred; adds 4ν/(R (B − 1)) · offdiagonal(Cov) z to the gradient.</summary>
    private double CovarianceOf(int view, TrialCoefficients c)
    {
        products.Set(covariance, views[view].Plain, views[view].Turned); // [R, R]
        var squares = 0.0;
        var unbiased = T.CreateChecked(1.0 / (batch - 1));
        var factor = T.CreateChecked(4 * c.Covariance / ((double)dimension * (batch - 1)));
        for (var j = 0; j < dimension; j++)
        {
            var row = covariance[j];
            row[j] = T.Zero;
            TensorPrimitives.Multiply(row, unbiased, row);
            squares += double.CreateChecked(TensorPrimitives.SumOfSquares<T>(row));
            TensorPrimitives.Multiply(row, factor, row);
        }

        if (c.Covariance != 0)
        {
            products.Add(gradients[view], covariance.Plain, views[view].Plain);
        }

        return squares / dimension;
    }

    private Matrix<T>[] Halves(Matrix<T> matrix) => [matrix.Narrow(0, batch), matrix.Narrow(batch, batch)];
}
