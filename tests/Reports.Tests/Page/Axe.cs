using System.Diagnostics;
using VicRegSweeps.SweepEngine.Running;

namespace VicRegSweeps.Reports.Tests.Page;

/// <summary>axe-core, the checker of the Web Content Accessibility Guidelines, as npm has it.</summary>
internal static class Axe
{
    private const string Version = "4.14.1";

    private static readonly Lazy<string?> Script = new(Install);

    /// <summary>What a page breaks of level AA, a line a rule with the first elements; empty where it keeps all. Skips the test without npm.</summary>
    public static string Violations(Browser browser)
    {
        Assert.SkipWhen(Script.Value is null, "There is no npm here, or it cannot install axe-core (on Debian: apt-get install npm).");
        return browser.Await($$"""
            (async () => {
              {{Script.Value}}
              const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
              const nodes = v => v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + (n.any[0]?.message ?? "")).join(" ");
              return found.violations.map(v => `${v.id}: ${v.help} ${nodes(v)}`).join("\n");
            })()
            """);
    }

    private static string? Install()
    {
        if (Programs.Find("npm") is not { } program) return null;

        var folder = Directory.CreateTempSubdirectory("axe-core").FullName;
        try
        {
            using var npm = Process.Start(new ProcessStartInfo(
                program, ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", $"axe-core@{Version}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var (output, error) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            npm.WaitForExit();
            Task.WaitAll(output, error);
            return npm.ExitCode == 0 ? File.ReadAllText(Path.Combine(folder, "node_modules/axe-core/axe.min.js")) : null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
