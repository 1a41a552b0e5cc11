using System.CommandLine;
using VicRegSweeps.Cli.Screens;
using VicRegSweeps.Trials.Images;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>data fetch cifar10|cifar100</c>: downloads, verifies and unpacks a data set.</summary>
internal static class DataCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "cifar10 or cifar100." };
        name.AcceptOnlyFromAmong("cifar10", "cifar100");
        var from = new Option<string?>("--from") { Description = "An archive that is there already, instead of a download." };
        var to = new Option<string?>("--to") { Description = $"The folder to make. [{Cifar10.Folder} or {Cifar100.Folder}]", HelpName = "DIR" };
        var fetch = new Command("fetch", "Download and verify a data set.") { name, from, to }
            .WithExamples("data fetch cifar10", "data fetch cifar10 --from cifar-10-binary.tar.gz");
        fetch.SetAction(parsed =>
        {
            var (archives, standard) = parsed.GetRequiredValue(name) == "cifar10" ? (CifarDownload.Cifar10, Cifar10.Folder)
                : (CifarDownload.Cifar100, Cifar100.Folder);
            var folder = parsed.GetValue(to) ?? standard;
            if (parsed.GetValue(from) is { } archive)
            {
                archives.UnpackFrom(archive, folder);
            }
            else
            {
                Download(archives, folder);
            }

            Console.Error.WriteLine($"{archives.Name} is in {folder}.");
            return ExitCodes.Done;
        });
        return new Command("data", "Get data sets.") { fetch };
    }

    private static void Download(CifarDownload archives, string folder)
    {
        using var network = new SocketsHttpHandler();
        using var screen = Screen.Create(quiet: false);
        using var interruption = new Interruption(() => { });
        screen.During(0, 0, () =>
        {
            archives.FetchAsync(folder, network, screen.Progress, interruption.Token).GetAwaiter().GetResult();
            return true;
        });
    }
}
