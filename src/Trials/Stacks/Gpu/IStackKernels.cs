using VicRegSweeps.Trials.Gpu;

namespace VicRegSweeps.Trials.Stacks.Gpu;

/// <summary>
/// What a <see cref="KernelStep"/> is made of: matrix products and the kernels of <c>StackKernels.cu</c>, on memory of one
/// device.
/// </summary>
internal interface IStackKernels : IKernels, IDisposable
{
    /// <summary>Starts a kernel with a warp of 32 lanes for each of so many rows.</summary>
    /// <inheritdoc cref="IKernels.Blocks"/>
    void Rows(string kernel, int rows, params ReadOnlySpan<KernelArgument> arguments);

    /// <summary>product = alpha · left · right + beta · product, for each of so many trials.</summary>
    void Multiply(TrialMatrices left, TrialMatrices right, TrialMatrices product, int trials, float alpha = 1, float beta = 0);

    /// <summary>Does what is always the same on the same memory. A GPU records it once, and then has one launch instead of many.</summary>
    /// <param name="operations">Calls of the others, the same every time.</param>
    void Repeat(Action operations);
}

/// <summary>One float32 matrix of each trial, on a device, row by row.</summary>
/// <param name="First">Where the first trial's begins.</param>
/// <param name="Stride">From one trial's to the next, in numbers; 0 where all trials have the same.</param>
/// <param name="Pitch">From one row in memory to the next, in numbers.</param>
/// <param name="IsTransposed">Whether its rows lie in memory as columns.</param>
internal readonly record struct TrialMatrices(nint First, long Stride, int Rows, int Columns, int Pitch, bool IsTransposed = false)
{
    private const int BytesOfFloat = 4;

    /// <summary>The transposed matrices, in the same memory.</summary>
    public TrialMatrices T => this with { Rows = Columns, Columns = Rows, IsTransposed = !IsTransposed };

    /// <summary>Those of the trials from <paramref name="trial"/> on.</summary>
    public TrialMatrices From(int trial) => this with { First = First + (nint)(trial * Stride * BytesOfFloat) };

    /// <summary>The columns of one view, 0 or 1.</summary>
    public TrialMatrices View(int view) => this with { First = First + (view * Columns / 2 * BytesOfFloat), Columns = Columns / 2 };
}
