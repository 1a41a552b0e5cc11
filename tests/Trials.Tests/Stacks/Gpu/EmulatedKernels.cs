using VicRegSweeps.Trials.Gpu;
using VicRegSweeps.Trials.Stacks.Gpu;
using VicRegSweeps.Trials.Tests.Gpu;

namespace VicRegSweeps.Trials.Tests.Stacks.Gpu;

/// <summary>A step's kernels run lane by lane; products are plain loops.</summary>
internal sealed unsafe class EmulatedKernels : IStackKernels
{
    private const int Lanes = 32;
    private const int ThreadsOfRows = 64;

    private readonly EmulatedLauncher launcher = new();

    /// <summary>How often each kernel was started, and <c>Multiply</c>.</summary>
    public Dictionary<string, int> Launches => launcher.Launches;

    public void Rows(string kernel, int rows, params ReadOnlySpan<KernelArgument> arguments) =>
        Blocks(kernel, ((rows * Lanes) + ThreadsOfRows - 1) / ThreadsOfRows, 1, ThreadsOfRows, arguments);

    public void Blocks(string kernel, int columns, int rows, int threads, params ReadOnlySpan<KernelArgument> arguments) =>
        launcher.Blocks(kernel, columns, rows, threads, arguments);

    public void Multiply(TrialMatrices left, TrialMatrices right, TrialMatrices product, int trials, float alpha = 1, float beta = 0)
    {
        Launches[nameof(Multiply)] = Launches.GetValueOrDefault(nameof(Multiply)) + 1;
        Assert.Equal((left.Columns, left.Rows, right.Columns), (right.Rows, product.Rows, product.Columns));
        for (var k = 0; k < trials; k++)
        {
            for (var i = 0; i < product.Rows; i++)
            {
                for (var j = 0; j < product.Columns; j++)
                {
                    var sum = 0.0;
                    for (var l = 0; l < left.Columns; l++)
                    {
                        sum += (double)*At(left, k, i, l) * *At(right, k, l, j);
                    }

                    var to = At(product, k, i, j);
                    *to = (float)((alpha * sum) + (beta == 0 ? 0 : beta * *to));
                }
            }
        }
    }

    public void Repeat(Action operations) => operations();

    public void Dispose()
    {
        // The library stays for the next one.
    }

    private static float* At(TrialMatrices m, int trial, int row, int column)
    {
        var (r, c) = m.IsTransposed ? (column, row) : (row, column);
        return (float*)m.First + (trial * m.Stride) + ((long)r * m.Pitch) + c;
    }
}
