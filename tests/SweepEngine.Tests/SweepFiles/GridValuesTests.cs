using System.Globalization;
using CsCheck;
using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

/// <summary>The values of axes that are written as ranges.</summary>
public class GridValuesTests
{
    private static readonly Gen<double> Positive =
        Gen.Select(Gen.Int[1, 999_999], Gen.Int[-200, 200], (digits, exponent) => Parse($"{digits}E{exponent}"));

    [Theory]
    [InlineData("loss.epsilon: {log: [1e-6, 1e-2], count: 3}", "1E-06 0.0001 0.01")]
    [InlineData("loss.epsilon: {log: [0.01, 100], count: 5}", "0.01 0.1 1 10 100")]
    [InlineData("loss.epsilon: {log: [100, 0.01], count: 5}", "100 10 1 0.1 0.01")]
    [InlineData("loss.epsilon: {log: [1, 1024], count: 11}", "1 2 4 8 16 32 64 128 256 512 1024")]
    [InlineData("loss.epsilon: {log: [0.3, 243e-1], count: 5}", "0.3 0.9 2.7 8.1 24.3")]
    [InlineData("loss.epsilon: {log: [1, 2], count: 3}", "1 1.41421356237 2")]
    [InlineData("loss.epsilon: {log: [1e-300, 1e300], count: 5}", "1E-300 1E-150 1 1E+150 1E+300")]
    [InlineData("loss.epsilon: {log: [0.1234567890123456, 7.6543210987654321], count: 2}", "0.1234567890123456 7.654321098765432")]
    [InlineData("train.epochs: {log: [1, 100], count: 5}", "1 3 10 32 100")]
    [InlineData("train.shift: {linear: [0, 1], count: 11}", "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1")]
    [InlineData("train.shift: {linear: [1, -1], count: 5}", "1 0.5 0 -0.5 -1")]
    [InlineData("train.shift: {linear: [0, 1], count: 4}", "0 0.3333333333333333 0.6666666666666666 1")]
    [InlineData("train.shift: {linear: [0.001, 0.003], count: 3}", "0.001 0.002 0.003")]
    [InlineData("train.shift: {linear: [-1e-300, 1e300], count: 3}", "-1E-300 5E+299 1E+300")]
    [InlineData("model.embedding_dim: {linear: [2, 50], count: 4}", "2 18 34 50")]
    [InlineData("model.embedding_dim: {range: [2, 50], step: 16}", "2 18 34 50")]
    [InlineData("train.shift: {range: [-0.3, 0.3], step: 0.1}", "-0.3 -0.2 -0.1 0 0.1 0.2 0.3")]
    [InlineData("train.shift: {range: [1e-7, 4e-7], step: 1e-7}", "1E-07 2E-07 3E-07 4E-07")]
    public void A_range_gives_the_numbers_that_people_expect(string axis, string expected) =>
        Assert.Equal(expected, string.Join(' ', Values(axis)));

    [Fact]
    public void A_geometric_axis_has_its_ends_its_count_and_one_ratio() =>
        Gen.Select(Positive, Positive, Gen.Int[2, 60]).Where(t => Math.Abs(Math.Log10(t.Item1 / t.Item2)) > 0.01).Sample(t =>
        {
            var (first, last, count) = t;
            var values = Numbers($"loss.epsilon: {{log: [{Text(first)}, {Text(last)}], count: {count}}}");

            Assert.Equal(count, values.Length);
            Assert.Equal((first, last), (values[0], values[^1]));
            AssertMonotone(values);
            var step = (Math.Log(last) - Math.Log(first)) / (count - 1);
            Assert.All(values.Zip(values.Skip(1)), p => Assert.Equal(step, Math.Log(p.Second) - Math.Log(p.First), 1e-10));
        });

    [Fact]
    public void A_linear_axis_agrees_with_decimal_arithmetic() =>
        Gen.Select(Gen.Int[-10_000, 10_000], Gen.Int[-10_000, 10_000], Gen.Int[0, 6], Gen.Int[2, 60]).Where(t => t.Item1 != t.Item2).Sample(t =>
        {
            var (first, last) = (new decimal(t.Item1) / Power(t.Item3), new decimal(t.Item2) / Power(t.Item3));
            var count = t.Item4;
            var values = Numbers(string.Create(CultureInfo.InvariantCulture, $"train.shift: {{linear: [{first}, {last}], count: {count}}}"));

            var expected = Enumerable.Range(0, count)
                .Select(i => Parse(((first * (count - 1 - i) + last * i) / (count - 1)).ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(expected, values);
            AssertMonotone(values);
        });

    [Fact]
    public void A_range_has_both_ends_and_every_step_between_in_decimal() =>
        Gen.Select(Gen.Int[-10_000, 10_000], Gen.Int[1, 500], Gen.Int[0, 6], Gen.Int[1, 60]).Sample(t =>
        {
            var (first, step, steps) = (new decimal(t.Item1) / Power(t.Item3), new decimal(t.Item2) / Power(t.Item3), t.Item4);
            var values = Numbers(string.Create(CultureInfo.InvariantCulture, $"train.shift: {{range: [{first}, {first + step * steps}], step: {step}}}"));

            Assert.Equal(Enumerable.Range(0, steps + 1).Select(i => (double)(first + step * i)), values);
        });

    private static void AssertMonotone(double[] values)
    {
        var rises = values[^1] > values[0];
        Assert.All(values.Zip(values.Skip(1)), p => Assert.Equal(rises, p.Second > p.First));
    }

    private static IReadOnlyList<ParameterValue> Values(string axis) => TestCatalogue.Read($"grid:\n  {axis}").Blocks[0].Axes[0].Columns[0].Values;

    private static double[] Numbers(string axis) => [.. Values(axis).Select(v => v.Number!.Value)];

    private static decimal Power(int exponent) => (decimal)Math.Pow(10, exponent);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
