using System.Text.Json;
using Json.Schema;
using VicRegSweeps.SweepEngine.Tests.SweepFiles;

namespace VicRegSweeps.Cli.Tests;

/// <summary>Every sweep file that is shipped: valid by an independent validator, and a plan.</summary>
public sealed class ShippedSweepTests : IDisposable
{
    private static readonly string Sweeps = Path.Combine(Workplace.Repository, "sweeps");

    private readonly Workplace place = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(Sweeps, "*.yaml").Select(path => Path.GetFileName(path)).Order()];

    public void Dispose() => place.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void It_is_valid_by_the_committed_schema_and_can_be_planned(string file)
    {
        var path = Path.Combine(Sweeps, file);
        var schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(Workplace.Repository, "docs", "sweep-file.schema.json")), Fresh());
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(YamlJson.Of(File.ReadAllText(path))),
            new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, JsonSerializer.Serialize(result));

        var plan = place.Run("plan", path, "--json");
        Assert.Equal(0, plan.ExitCode);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), JsonDocument.Parse(plan.Output).RootElement.GetProperty("name").GetString());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void It_begins_with_its_schema_and_the_question_that_it_answers(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(Sweeps, file));

        Assert.Equal("# yaml-language-server: $schema=../docs/sweep-file.schema.json", lines[0]);
        Assert.StartsWith("# Question: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("question: ", StringComparison.Ordinal));
    }

    private static BuildOptions Fresh() => new() { SchemaRegistry = new SchemaRegistry() };
}
