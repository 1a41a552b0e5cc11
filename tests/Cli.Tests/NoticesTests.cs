using System.Text.Json;
using System.Text.RegularExpressions;

namespace VicRegSweeps.Cli.Tests;

public sealed partial class NoticesTests
{
    private static readonly string Notices = File.ReadAllText(Path.Combine(Workplace.Repository, "THIRD-PARTY-NOTICES.md"));

    // An analyzer, which the compiler uses and nobody is given.
    private static readonly string[] OfBuilds = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    [Fact]
    public void Every_package_of_a_published_program_has_a_row_with_a_licence_whose_text_is_there()
    {
        var shipped = Packages("src").Except(OfBuilds).ToHashSet(StringComparer.Ordinal);
        var rows = Row().Matches(Notices).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value, StringComparer.Ordinal);

        Assert.True(shipped.Count > 20);
        Assert.All(shipped, package => Assert.Contains(package, rows.Keys));
        Assert.All(rows.Values, licence => Assert.Contains($"\n## {licence}\n", Notices, StringComparison.Ordinal));
        Assert.All(rows.Keys, package => Assert.Contains(package, shipped));
    }

    [Fact]
    public void Every_other_package_is_named() => Assert.All(
        Packages("tests").Union(Packages("bench")), package => Assert.Matches($@"(\| |, |: ){Regex.Escape(package)} (\||\()", Notices));

    private static HashSet<string> Packages(string folder) =>
    [
        .. Directory.GetFiles(Path.Combine(Workplace.Repository, folder), "packages.lock.json", SearchOption.AllDirectories)
            .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("dependencies").EnumerateObject())
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project")
            .Select(package => package.Name),
    ];

    [GeneratedRegex(@"^\| ([A-Za-z0-9._-]+) \| ([A-Za-z0-9.-]+) \| [^|]+ \| [^|]* \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
