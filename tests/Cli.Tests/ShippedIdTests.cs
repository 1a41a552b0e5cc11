using System.Security.Cryptography;
using System.Text;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Tests;

/// <summary>
/// A trial keeps its id from version to version, or every store would be trained again. Whoever changes an id here has renamed the trials of
/// all users: a parameter that comes later needs a value of birth.
/// </summary>
public sealed class ShippedIdTests
{
    /// <summary>Its ids depend on what lies in a file of weights, which is no part of the project.</summary>
    private const string NeedsFile = "backbone-weights";

    [Theory]
    [InlineData("article-backbones", "935eee28e3924b48", "ae01dc0a63dec174")]
    [InlineData("article-collapse", "11f165f86c65e32f", "cfd7d76b19634da6")]
    [InlineData("article-curves", "fd220e92aa0aa201", "a16a35412a3b5ecc")]
    [InlineData("article-weights", "4cf724942c7b45b0", "df1649339cc9fcf1")]
    [InlineData("atlas", "6693f74d761a9da1", "c9bd8563fe8329ff")]
    [InlineData("dimensions", "b429f8ac23de4d1b", "8dfb597d90a93ca1")]
    [InlineData("encoder-cifar10", "a34f9a47d248a871", "507c82299e1937fe")]
    [InlineData("eb-jepa-map", "93e098b677d6d303", "0924dc72ffec0e21")]
    [InlineData("epsilon", "a1f5c216e289be1f", "07f76aa83ea72325")]
    [InlineData("find-best", "3b83febb2f98e92a", "df123d6abe8f436e")]
    [InlineData("next-frame", "564dbafc34b38405", "f6c5306d72f4ec9f")]
    [InlineData("optimizers", "5cec7f0e0bce23fc", "5d17a7e7a53dcba9")]
    [InlineData("paper-table7", "95f6ec561133e9b7", "0d4361c96f9b8546")]
    [InlineData("paper-table7-2048", "eaed2280dafdf5bc", "caae8f09b30f7d5b")]
    [InlineData("quickstart", "67d0e4476ad25121", "586b469cbc2973e7")]
    [InlineData("solo-learn-cifar10", "cc786be07b61e36f", "348a38ab93ff4020")]
    [InlineData("verdicts-cifar10", "e44208cc69d50836", "5f63fa583bd31c28")]
    [InlineData("verdicts-shapes", "af1b1f4fc2e0e170", "4300c37a30d6ff3f")]
    [InlineData("weight-by-width", "ff4d4e392829cbbc", "17145bb6debd02b3")]
    [InlineData("weight-by-width-2048", "0635f9f11ef3d213", "7f1f6039e9215f7e")]
    [InlineData("weight-by-width-long", "ca335043aa45c312", "fc61536730d0780a")]
    public void The_points_of_a_shipped_sweep_keep_their_ids(string sweep, string first, string all)
    {
        var points = Plan(sweep).Trials().Select(t => t.Point).Distinct().ToList();

        Assert.Equal((first, all), (points[0], Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', points))))[..16]));
    }

    [Fact]
    public void Every_shipped_sweep_is_among_them() => Assert.Equal(
        Directory.GetFiles(Sweeps, "*.yaml").Select(Path.GetFileNameWithoutExtension).Where(name => name != NeedsFile).Order(StringComparer.Ordinal),
        typeof(ShippedIdTests).GetMethod(nameof(The_points_of_a_shipped_sweep_keep_their_ids))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(d => (string)d.Data[0]!).Order(StringComparer.Ordinal));

    [Fact]
    public void Ids_begin_as_those_that_the_published_results_were_recorded_with()
    {
        var compared = 0;
        foreach (var sweep in Directory.GetFiles(Sweeps, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Where(n => n != NeedsFile))
        {
            var csv = Path.Combine(Workplace.Repository, "results", sweep, "trials.csv");
            if (!File.Exists(csv)) continue;

            var recorded = File.ReadLines(csv).Skip(1).Select(line => line.Split(',')[0]).ToList();
            var ids = Plan(sweep).Trials().Select(t => t.Id[..recorded[0].Length]).ToHashSet();
            Assert.All(recorded, id => Assert.Contains(id, ids));
            compared += recorded.Count;
        }

        Assert.True(compared > 0);
    }

    private static string Sweeps => Path.Combine(Workplace.Repository, "sweeps");

    private static SweepPlan Plan(string sweep) =>
        SweepPlan.Of(SweepFileReader.Read(Path.Combine(Sweeps, $"{sweep}.yaml"), TrialCatalogue.Parameters), TrialCatalogue.Parameters);
}
