using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VicRegSweeps.Trials.Arrays.Products;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>Makes convolutions with the widest vectors that the processor has.</summary>
internal static class WinogradConvolution
{
    /// <inheritdoc cref="WinogradConvolution{TTile, TWidth, TVector}(Tensor, Tensor, int, bool, int)"/>
    public static IWinogradConvolution Create<TTile>(Tensor weight, Tensor bias, int side, bool pool, int borderAfter)
        where TTile : struct, ITileTransform => Vector512.IsHardwareAccelerated
            ? new WinogradConvolution<TTile, Width512, Vector512<float>>(weight, bias, side, pool, borderAfter)
            : new WinogradConvolution<TTile, Width256, Vector256<float>>(weight, bias, side, pool, borderAfter);
}

/// <summary>
/// A convolution by minimal filtering: tiles of the map are transformed, multiplied with the transformed kernels, and the
/// products transformed back. A lane is an image, so no step moves numbers between lanes.
/// </summary>
/// <remarks>
/// A "panel" is one tile of one group: [channel][lane]. Panels are taken in blocks that the caches hold.
/// </remarks>
/// <typeparam name="TTile">The tile's algorithm; a structure, for which the compiler makes code of its own.</typeparam>
/// <typeparam name="TWidth">The width of vectors, likewise. It decides on the lanes that are computed at once, and on no bit.</typeparam>
/// <typeparam name="TVector">The vector of that width.</typeparam>
internal sealed unsafe class WinogradConvolution<TTile, TWidth, TVector> : IWinogradConvolution
    where TTile : struct, ITileTransform
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : unmanaged
{
    /// <summary>
    /// Panels of a block: few, so that they and their products stay in the nearer caches; more where the weights are large,
    /// since every block reads them all. Blocks of four megabytes made wide maps half as fast.
    /// </summary>
    private const int FewPanels = 2;
    private const int MorePanels = 4;
    private const int ManyChannels = 256;

    /// <summary>Beside powers of two, so that the products of a panel do not fall on one set of a cache.</summary>
    private const int Stagger = 16;

    private readonly FloatBlock weights; // [products²][outputs / 4][inputs][4]
    private readonly FloatBlock bias; // [outputs]
    private readonly bool pool;
    private readonly int tilesAlong;
    private readonly int panelsPerBlock;
    private readonly nint inputStep;
    private readonly nint productStep;

    /// <param name="weight">[C', C, 3, 3], in one piece; C' a multiple of four.</param>
    /// <param name="bias">[C'].</param>
    /// <param name="side">Of the map, a multiple of the tile's outputs.</param>
    /// <param name="borderAfter">That the next layer wants around its input.</param>
    public WinogradConvolution(Tensor weight, Tensor bias, int side, bool pool, int borderAfter)
    {
        var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
        Input = new MapShape(inputs, side, TTile.Border);
        Output = new MapShape(outputs, pool ? side / 2 : side, borderAfter);
        this.pool = pool;
        tilesAlong = side / TTile.Outputs;
        panelsPerBlock = outputs < ManyChannels ? FewPanels : MorePanels;
        inputStep = (panelsPerBlock * inputs * Lanes.Count) + Stagger;
        productStep = (panelsPerBlock * outputs * Lanes.Count) + Stagger;
        weights = Transformed(weight);
        this.bias = new FloatBlock(outputs);
        MemoryMarshal.Cast<byte, float>(bias.bytes).CopyTo(new Span<float>(this.bias.Start, outputs));
    }

    public MapShape Input { get; }

    public MapShape Output { get; }

    public long Scratch => Products * (long)(inputStep + productStep);

    public long MultiplyAdds => (long)Products * tilesAlong * tilesAlong * Input.Channels * Output.Channels;

    private static int Products => TTile.Products * TTile.Products;

    public void Run(float* from, float* to, int groups, float* scratch)
    {
        var products = scratch + (Products * inputStep);
        var panels = groups * tilesAlong * tilesAlong;
        for (var first = 0; first < panels; first += panelsPerBlock)
        {
            var count = Math.Min(panelsPerBlock, panels - first);
            for (var panel = 0; panel < count; panel++)
                TransformInput(from, first + panel, scratch + (panel * Input.Channels * Lanes.Count));
            for (var product = 0; product < Products; product++)
                Multiply(product, scratch + (product * inputStep), products + (product * productStep), count);
            for (var panel = 0; panel < count; panel++)
                TransformOutput(products + (panel * Output.Channels * Lanes.Count), to, first + panel);
        }
    }

    public void Dispose()
    {
        weights.Dispose();
        bias.Dispose();
    }

    private (int Group, int Row, int Column) Place(int panel)
    {
        var (group, tile) = Math.DivRem(panel, tilesAlong * tilesAlong);
        return (group, tile / tilesAlong * TTile.Outputs, tile % tilesAlong * TTile.Outputs);
    }

    private void TransformInput(float* from, int panel, float* to)
    {
        var (group, row, column) = Place(panel);
        var (rowStep, products) = (Input.RowStep, TTile.Products);
        var columns = stackalloc TVector[TTile.Products * TTile.Inputs]; // [products][inputs]
        var half = (float*)columns;
        from += ((long)group * Input.Size) + Input.Offset(0, row - TTile.Border, column - TTile.Border);
        for (var channel = 0; channel < Input.Channels; channel++)
        {
            for (var lane = 0; lane < Lanes.Count; lane += TWidth.Count)
            {
                for (var x = 0; x < TTile.Inputs; x++)
                    TTile.Input<TWidth, TVector>(from + lane + (x * Lanes.Count), rowStep, half + (x * TWidth.Count), TTile.Inputs * TWidth.Count);
                for (var y = 0; y < products; y++)
                    TTile.Input<TWidth, TVector>(half + (y * TTile.Inputs * TWidth.Count), TWidth.Count, to + lane + (y * products * inputStep), inputStep);
            }

            from += Input.ChannelStep;
            to += Lanes.Count;
        }
    }

    /// <summary>The products of one place of the transformed tiles, for all panels of a block: [C'][C] × [C][lane] each.</summary>
    private void Multiply(int product, float* inputs, float* results, int panels)
    {
        var (inputFloats, outputFloats) = (Input.Channels * Lanes.Count, Output.Channels * Lanes.Count);
        var row = weights.Start + ((long)product * Output.Channels * Input.Channels);
        for (var output = 0; output < Output.Channels; output += Lanes.Rows)
        {
            for (var panel = 0; panel < panels; panel++)
                Lanes.MultiplyRows(row, inputs + (panel * inputFloats), results + (panel * outputFloats) + (output * Lanes.Count), Input.Channels);
            row += Lanes.Rows * Input.Channels;
        }
    }

    private void TransformOutput(float* from, float* to, int panel)
    {
        var (group, row, column) = Place(panel);
        var (products, outputs, width) = (TTile.Products, TTile.Outputs, TWidth.Count);
        var columns = stackalloc TVector[TTile.Outputs * TTile.Products]; // [outputs][products]
        var tile = stackalloc TVector[TTile.Outputs * TTile.Outputs]; // [outputs][outputs]
        var half = (float*)columns;
        to += ((long)group * Output.Size) + (pool ? Output.Offset(0, row / 2, column / 2) : Output.Offset(0, row, column));
        for (var channel = 0; channel < Output.Channels; channel++)
        {
            var shift = TWidth.Of(bias.Start[channel]);
            for (var lane = 0; lane < Lanes.Count; lane += width)
            {
                for (var x = 0; x < products; x++)
                    TTile.Output<TWidth, TVector>(from + lane + (x * productStep), products * productStep, half + (x * width), products * width);
                for (var y = 0; y < outputs; y++)
                    TTile.Output<TWidth, TVector>(half + (y * products * width), width, (float*)tile + (y * outputs * width), width);
                if (pool)
                    StorePooled(tile, shift, to + lane);
                else
                    StoreWhole(tile, shift, to + lane);
            }

            from += Lanes.Count;
            to += Output.ChannelStep;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreWhole(TVector* tile, TVector shift, float* to)
    {
        for (var y = 0; y < TTile.Outputs; y++)
        {
            for (var x = 0; x < TTile.Outputs; x++)
                TWidth.Store(TWidth.Max(TWidth.Add(tile[(y * TTile.Outputs) + x], shift), default), to + (y * Output.RowStep) + (x * Lanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StorePooled(TVector* tile, TVector shift, float* to)
    {
        for (var y = 0; y < TTile.Outputs; y += 2)
        {
            for (var x = 0; x < TTile.Outputs; x += 2)
            {
                var upper = tile + (y * TTile.Outputs) + x;
                var lower = upper + TTile.Outputs;
                var most = TWidth.Max(TWidth.Max(upper[0], upper[1]), TWidth.Max(lower[0], lower[1]));
                TWidth.Store(TWidth.Max(TWidth.Add(most, shift), default), to + (y / 2 * Output.RowStep) + (x / 2 * Lanes.Count));
            }
        }
    }

    /// <summary>G g Gᵀ of every kernel, taken in double precision.</summary>
    private FloatBlock Transformed(Tensor weight)
    {
        var (outputs, inputs) = (Output.Channels, Input.Channels);
        var kernels = MemoryMarshal.Cast<byte, float>(weight.bytes).ToArray(); // [C'][C][3][3]
        var g = TTile.Kernel;
        var block = new FloatBlock((long)Products * outputs * inputs);
        Parallel.For(0, outputs, output =>
        {
            for (var input = 0; input < inputs; input++)
            {
                var kernel = kernels.AsSpan(((output * inputs) + input) * 9, 9);
                for (var product = 0; product < Products; product++)
                {
                    var (u, v) = (g[product / TTile.Products], g[product % TTile.Products]);
                    var sum = 0.0;
                    for (var tap = 0; tap < 9; tap++)
                        sum += u[tap / 3] * kernel[tap] * v[tap % 3];
                    block.Start[((((long)product * (outputs / Lanes.Rows)) + (output / Lanes.Rows)) * inputs + input) * Lanes.Rows + (
                        output % Lanes.Rows)] = (float)sum;
                }
            }
        });
        return block;
    }
}
