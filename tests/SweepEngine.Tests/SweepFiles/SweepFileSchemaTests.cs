using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.SweepFiles;

public class SweepFileSchemaTests
{
    private static readonly JsonObject Schema = SweepFileSchema.Of(TestCatalogue.Instance);

    [Fact]
    public void Every_object_is_closed()
    {
        var open = Objects(Schema).Where(o => o.ContainsKey("properties") && o["additionalProperties"]?.GetValue<bool>() != false);

        Assert.Empty(open);
    }

    [Fact]
    public void Every_parameter_can_be_fixed_and_every_one_but_locations_can_be_swept()
    {
        var names = TestCatalogue.Instance.Parameters.Select(p => p.Name);

        var groups = names.Select(n => n.Split('.')[0]).Distinct().ToList();
        Assert.Equal([.. names, .. groups], Names(Schema["$defs"]!["fixed"]!["properties"]!));
        Assert.Equal([.. names.Except(["data.path"]), .. groups.Except(["data"])], Names(Schema["$defs"]!["grid"]!["properties"]!));
        Assert.Equal([.. names.Except(["data.path"]), .. groups.Except(["data"])], Names(Schema["$defs"]!["zip"]!["items"]!["oneOf"]![0]!["properties"]!));
        Assert.Equal(["epochs", "learning_rate", "optimizer", "momentum", "shift"], Names(Schema["$defs"]!["grid"]!["properties"]!["train"]!["properties"]!));
        Assert.Empty(names.Except(Names(Schema["$defs"]!)));
    }

    [Theory]
    [InlineData("loss.epsilon", """{"type":"number","exclusiveMinimum":0,"title":"loss.epsilon","description":"ε. It is a number, greater than 0. The default is 0.0001.","default":0.0001}""")]
    [InlineData("model.embedding_dim", """{"type":"integer","minimum":1,"maximum":4096,"title":"model.embedding_dim","description":"E. It is a whole number, at least 1 and at most 4096. The default is 50.","default":50}""")]
    [InlineData("train.optimizer", """{"enum":["adam","sgd","lars"],"title":"train.optimizer","description":"How steps are taken. It is adam, sgd or lars. The default is adam.","default":"adam"}""")]
    [InlineData("augment.views", """{"anyOf":[{"type":"integer","minimum":2},{"enum":["stream"]}],"title":"augment.views","description":"Views of each image. It is a whole number, at least 2, or stream. The default is 8.","default":8}""")]
    [InlineData("backbone.standardize", """{"type":"boolean","title":"backbone.standardize","description":"Whether features are standardized. It is true or false. The default is true.","default":true}""")]
    [InlineData("train.shift", """{"type":"number","title":"train.shift","description":"A number of either sign. It is a number."}""")]
    public void A_parameter_says_its_bounds_its_words_and_its_default(string name, string expected) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Schema["$defs"]![name]), Schema["$defs"]![name]!.ToJsonString());

    [Fact]
    public void Numbers_have_four_forms_of_axis_and_words_one()
    {
        Assert.Equal(4, Forms("loss.epsilon").Count);
        Assert.Equal(4, Forms("augment.views").Count);
        Assert.Single(Forms("train.optimizer"));
        Assert.Single(Forms("backbone.standardize"));
    }

    [Fact]
    public void The_ends_of_a_geometric_axis_are_greater_than_0() =>
        Assert.Equal(
            """{"type":"number","exclusiveMinimum":0}""",
            Forms("loss.variance_weight")[1]!["properties"]!["log"]!["items"]!.ToJsonString());

    [Fact]
    public void Every_reference_leads_somewhere() =>
        Assert.All(
            Objects(Schema).Where(o => o.ContainsKey("$ref")).Select(o => o["$ref"]!.GetValue<string>()),
            reference => Assert.NotNull(Schema["$defs"]![Uri.UnescapeDataString(reference["#/$defs/".Length..])]));

    [Fact]
    public void The_reference_has_a_table_for_every_group()
    {
        var markdown = SweepFileReference.Markdown(TestCatalogue.Instance);

        Assert.Equal(
            ["### data", "### augment", "### backbone", "### model", "### loss", "### train", "### eval"],
            markdown.Split('\n').Where(l => l.StartsWith("### ", StringComparison.Ordinal)));
        Assert.Contains(
            "\n| `train.momentum` | a number, at least 0 | `0.9` | Share of the last step that is kept. Does nothing unless train.optimizer is sgd or lars. |\n",
            markdown,
            StringComparison.Ordinal);
        Assert.Contains("| `data.path` | a path | `data` | Where the images lie. A location: it cannot be swept", markdown, StringComparison.Ordinal);
        Assert.Contains("| `train.shift` | a number | not given |", markdown, StringComparison.Ordinal);
    }

    private static JsonArray Forms(string name) => Schema["$defs"]![$"axis of {name}"]!["oneOf"]!.AsArray();

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(p => p.Key);

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Objects(p.Value)).Prepend(o),
        JsonArray a => a.SelectMany(Objects),
        _ => [],
    };
}
