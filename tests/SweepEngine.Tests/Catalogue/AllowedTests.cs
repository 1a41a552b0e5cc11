using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.SweepFiles;

namespace VicRegSweeps.SweepEngine.Tests.Catalogue;

/// <summary>What a parameter that takes widths allows, in a sweep file and in its schema.</summary>
public sealed class AllowedTests
{
    private static readonly Parameter Widths = new()
    {
        Name = "model.head",
        Kind = ParameterKind.Widths,
        Default = "128-32",
        Words = ["none"],
        Minimum = 1,
        Maximum = 4096,
        Doc = "Widths.",
    };

    [Theory]
    [InlineData("128-32", true)]
    [InlineData("64", true)]
    [InlineData("1-4096-1", true)]
    [InlineData("none", true)]
    [InlineData("0", false)]
    [InlineData("128-0", false)]
    [InlineData("4097", false)]
    [InlineData("064", false)]
    [InlineData("128-", false)]
    [InlineData("-128", false)]
    [InlineData("128--32", false)]
    [InlineData("128 - 32", false)]
    [InlineData("1e2", false)]
    [InlineData("99999999999999999999", false)]
    [InlineData("nine", false)]
    public void Widths_are_whole_numbers_with_hyphens_between_them(string text, bool isAllowed)
    {
        var rule = Allowed.BrokenRule(Widths, text);
        Assert.Equal(isAllowed ? null : "none or whole numbers with hyphens between them, such as 128-32, each at least 1 and at most 4096", rule);

        var complaints = new Complaints("demo.yaml");
        var read = new ValueReader(complaints).Read(Widths, new YamlScalar(new Place(1, 1), text, IsPlain: true));
        Assert.Equal(isAllowed ? text : null, read?.Text);
    }
}
