using System.CommandLine;
using System.Text.Json;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.SweepFiles;
using VicRegSweeps.Trials;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>schema</c>: the sweep file's JSON Schema, for editors and validators.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--md") { Description = "Print the reference of the sweep file as Markdown instead." };
        var cluster = new Option<bool>("--cluster") { Description = "Print the schema of cluster files, which submit takes, instead." };
        var command = new Command("schema", "Print the JSON Schema of sweep files.") { markdown, cluster }
            .WithExamples("schema > sweep-file.schema.json", "schema --cluster > cluster-file.schema.json");
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(cluster))
            {
                Console.Out.Write(ClusterFileSchema.Create().ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
                return ExitCodes.Done;
            }

            Console.Out.Write(parsed.GetValue(markdown)
                ? SweepFileReference.Markdown(TrialCatalogue.Parameters)
                : SweepFileSchema.Of(TrialCatalogue.Parameters).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
            return ExitCodes.Done;
        });
        return command;
    }
}
