using System.CommandLine;

namespace VicRegSweeps.Cli.Commands;

/// <summary><c>serve STORE</c>: the report's page over a store that may be running.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var (report, serving) = (new ReportArguments(), new ServingArguments());
        var command = new Command("serve", "Serve the report's page to a browser, with numbers that change while the sweep runs.") { store }
            .WithExamples("serve results/quickstart/sweep.db", "serve results/quickstart/sweep.db --port 8080");
        report.AddTo(command);
        serving.AddTo(command);
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(store);
            using var interruption = new Interruption(() => { });
            var server = serving.Read(parsed).Begin(path, report.Read(parsed), Console.Out);
            Console.Error.WriteLine("Open this address in a browser. Ctrl-C ends the server; a sweep that is running goes on.");
            interruption.Token.WaitHandle.WaitOne();
            Serving.End(server, "The server", path);
            return ExitCodes.Done;
        });
        return command;
    }
}
