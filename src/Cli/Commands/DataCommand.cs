using System.CommandLine;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Stacks;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>data fetch cifar10</c>: downloads, verifies and unpacks a data set.</summary>
internal static class DataCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "cifar10." };
        name.AcceptOnlyFromAmong("cifar10");
        var from = new Option<string?>("--from") { Description = "An archive that is there already, instead of a download." };
        var to = new Option<string>("--to")
        {
            Description = "The folder to make.",
            DefaultValueFactory = _ => StackData.Cifar10Folder,
        };
        var fetch = new Command("fetch", "Download and verify a data set.") { name, from, to }
            .WithExamples("data fetch cifar10", "data fetch cifar10 --from cifar-10-binary.tar.gz");
        fetch.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(to);
            if (parsed.GetValue(from) is { } archive)
            {
                Cifar10Download.UnpackFrom(archive, folder);
            }
            else
            {
                Download(folder);
            }

            Console.Error.WriteLine($"CIFAR-10 is in {folder}.");
            return ExitCodes.Done;
        });
        return new Command("data", "Get data sets.") { fetch };
    }

    private static void Download(string folder)
    {
        using var network = new SocketsHttpHandler();
        using var screen = Screen.Create(quiet: false);
        using var interruption = new Interruption(() => { });
        screen.During(0, 0, () =>
        {
            Cifar10Download.FetchAsync(folder, network, screen.Progress, interruption.Token).GetAwaiter().GetResult();
            return true;
        });
    }
}
