using VicRegSweeps.Reports.Tables;

namespace VicRegSweeps.Reports.Tests.Tables;

public sealed class ShortIdsTests
{
    [Theory]
    [InlineData("0123456789abcdef", "01234567", "fedcba9876543210")]
    [InlineData("0123456789abcdef", "0123456789", "0123456780000000", "fedcba9876543210")]
    [InlineData("0123", "0123", "fedcba9876543210")]
    public void Eight_digits_or_as_many_as_tell_the_trials_of_a_store_apart(string id, string shortened, params string[] others) =>
        Assert.Equal(shortened, ShortIds.Of([.. others, id]).Shorten(id));
}
