using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Exclusions;

namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Reads <c>exclude</c>: a list of rules, each of which removes points.</summary>
/// <param name="file">The whole text of the file, to say where in a rule something is wrong.</param>
internal sealed class ExclusionReader(ParameterCatalogue catalogue, Complaints complaints, string file)
{
    /// <summary>More rules than anybody writes, and few enough for a million points.</summary>
    public const int MostRules = 1000;

    private int rulesLeft = MostRules;

    /// <returns>The rules that make sense.</returns>
    public List<Exclusion> Read(string section, YamlNode? node)
    {
        if (node is null or YamlScalar { IsNull: true })
            return [];
        if (node is not YamlList list)
        {
            complaints.Add(node.At, $"'{section}' is {node.Kind}, but must be a list of rules, such as {catalogue.Examples.Rule}.");
            return [];
        }

        rulesLeft -= list.Items.Count;
        if (rulesLeft < 0)
            complaints.Add(list.At, $"there are more than {MostRules} exclusions.");
        return rulesLeft < 0 ? [] : [.. list.Items.Select(Rule).OfType<Exclusion>()];
    }

    private Exclusion? Rule(YamlNode node)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
        {
            complaints.Add(node.At, $"an exclusion is {node.Kind}, but must be a rule, such as {catalogue.Examples.Rule}.");
            return null;
        }

        try
        {
            var syntax = ExpressionParser.Parse(scalar.Text);
            var rule = new ExpressionCompiler(catalogue, Complain).Rule(syntax);
            return rule is null ? null : new Exclusion(scalar.Text.Trim(), scalar.At, rule);
        }
        catch (ExpressionException error)
        {
            Complain(error.At, error.Message);
            return null;
        }

        void Complain(int at, string sentence) => complaints.Add(ScalarPlaces.Of(file, scalar, at), sentence);
    }
}
