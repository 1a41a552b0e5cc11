using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using VicRegSweeps.Cli.Commands;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Clusters;
using VicRegSweeps.SweepEngine.Stores;

namespace VicRegSweeps.Cli;

/// <summary>Where the live page of a store is served from.</summary>
/// <param name="Port">0 takes a free one.</param>
internal sealed record Serving(IPAddress Address, int Port)
{
    /// <summary>Serves the page from now on, and prints where it is: whoever starts it has to know, however quiet it is to be.</summary>
    /// <param name="to">Gets the address.</param>
    /// <exception cref="SweepException">The store cannot be read, or the port is taken.</exception>
    public LiveServer Begin(string store, ReportOptions options, TextWriter to)
    {
        var page = new LivePage(
            store, options with { Command = CommandName.Line("serve", store) }, () => StoreRooms.OpenReader(store), TimeProvider.System,
            ClusterQueue.Of(store));
        page.Try();
        var server = LiveServer.StartAsync(page, Address, Port).GetAwaiter().GetResult();
        to.WriteLine(server.Url);
        if (!IPAddress.IsLoopback(Address))
        {
            Console.Error.WriteLine(
                "Other machines can open this page if they have its address. It is not encrypted: whoever reads along on the network can open it too.");
        }

        return server;
    }

    /// <summary>Ends a server, and tells open pages how to see them again.</summary>
    public static void End(LiveServer server, string what, string store) =>
        server.EndAsync($"{what} has ended, and this page with it. To see it again: {CommandName.Line("serve", store)}").GetAwaiter().GetResult();
}

/// <summary>The command-line options behind <see cref="Serving"/>.</summary>
/// <param name="condition">What they go with, for their descriptions; empty where they stand alone.</param>
internal sealed class ServingArguments(string condition = "")
{
    private const int MostPort = 65_535;

    private readonly Option<IPAddress> address = new("--address")
    {
        Description = $"{condition}The address of this machine to serve at: 127.0.0.1 for this machine alone, 0.0.0.0 for all that reach it.",
        HelpName = "IP",
        DefaultValueFactory = _ => IPAddress.Loopback,
        CustomParser = AddressOf,
    };

    private readonly Option<int?> port = Shared.Whole("--port", $"{condition}The port to serve at. [a free one]", maximum: MostPort);

    public void AddTo(Command command)
    {
        command.Add(address);
        command.Add(port);
    }

    public Serving Read(ParseResult parsed) => new(parsed.GetRequiredValue(address), parsed.GetValue(port) ?? 0);

    private static IPAddress AddressOf(ArgumentResult parsed)
    {
        var text = parsed.Tokens.Count > 0 ? parsed.Tokens[0].Value : "";
        if (text == "localhost") return IPAddress.Loopback;
        if (IPAddress.TryParse(text, out var found)) return found;

        parsed.AddError(Visible.Of($"--address is '{text}', but must be an address in digits, such as 127.0.0.1, or localhost."));
        return IPAddress.Loopback;
    }
}
