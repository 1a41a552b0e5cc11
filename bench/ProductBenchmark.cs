using System.Globalization;
using VicRegSweeps.Trials.Arrays.Products;
using static TorchSharp.torch;

namespace VicRegSweeps.Bench;

/// <summary>The products of a training step one by one, on one core: ours, libtorch's, and what the arithmetic units allow.</summary>
internal static class ProductBenchmark
{
    private const int Rounds = 30;

    // Samples of both views, features, the hidden layers, embedding, expander, representation.
    private const int M = 512, F = 512, H = 128, H2 = 32, E = 50, X = 80, R = 100;

    public static void Run()
    {
        set_num_threads(1);
        var limit = ArithmeticLimit.FlopsPerSecond(1);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"products on one core; multiply-adds in registers {limit / 1e9:0} GFLOP/s"));
        Console.WriteLine("product                              GFLOP/s   of the limit   libtorch's   times");
        Show("first layer forwards", H, F, M, rightIsTurned: false);
        Show("first layer, weights", H, M, F, rightIsTurned: false);
        Show("second layer forwards", H2, H, M, rightIsTurned: false);
        Show("second layer, weights", H2, M, H, rightIsTurned: true);
        Show("second layer, input", H, H2, M, rightIsTurned: false);
        Show("embedding forwards", E, H2, M, rightIsTurned: false);
        Show("embedding, weights", E, M, H2, rightIsTurned: true);
        Show("expander forwards", X, X, M, rightIsTurned: false);
        Show("expander, weights", X, M, X, rightIsTurned: true);
        Show("representation forwards", R, X, M, rightIsTurned: false);
        Show("covariance", R, M / 2, R, rightIsTurned: true);
        Show("covariance of 2,048", 2048, M / 2, 2048, rightIsTurned: true);
        Show("a large square", 768, 768, 768, rightIsTurned: false);

        void Show(string name, int rows, int length, int columns, bool rightIsTurned)
        {
            using var scope = NewDisposeScope();
            var (left, right) = (randn(rows, length), rightIsTurned ? randn(columns, length) : randn(length, columns));
            var (ours, theirs) = (zeros(rows, columns), zeros(rows, columns));
            using var products = FloatProducts.Create();
            var turned = rightIsTurned ? right.t() : right;
            var (to, a, b) = (FloatMatrix.Over(ours), FloatMatrix.Over(left), rightIsTurned ? FloatMatrix.Over(right).Transposed : FloatMatrix.Over(right));
            var flops = 2.0 * rows * length * columns;
            var repetitions = Math.Max(1, (int)(2e8 / flops));
            var mine = Best(() => products.Multiply(to, a, b));
            var other = Best(() => theirs.addmm_(left, turned, beta: 0, alpha: 1));
            var error = (ours - theirs).abs().max().item<float>();
            if (error > 1e-3 * Math.Sqrt(length)) throw new InvalidOperationException($"{name}: the products differ by {error}.");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-24}{rows,4}×{length,-4}×{columns,-5}{mine / 1e9,7:0}{mine / limit,14:0%}{other / 1e9,13:0}{mine / other,8:0.0}"));

            double Best(Action product) => Enumerable.Range(0, Rounds).Max(_ => flops * repetitions / Clock.Seconds(() =>
            {
                for (var i = 0; i < repetitions; i++) product();
            }));
        }
    }
}
