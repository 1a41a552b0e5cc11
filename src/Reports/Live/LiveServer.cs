using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Reports.Live;

/// <summary>Serves a live page over HTTP to whoever has the token.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    /// <summary>How long the server stays to tell open pages that it ends. They ask once a second.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2.5);

    private readonly WebApplication host;
    private readonly LiveRequests requests;

    private LiveServer(WebApplication host, LiveRequests requests, string url) => (this.host, this.requests, Url) = (host, requests, url);

    /// <summary>Where the page is, with the token.</summary>
    public string Url { get; }

    /// <summary>Begins to serve.</summary>
    /// <param name="address">Of this machine; <see cref="IPAddress.Loopback"/> answers to this machine alone.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <exception cref="SweepException">The port is taken, or the address is not of this machine.</exception>
    public static async Task<LiveServer> StartAsync(LivePage page, IPAddress address, int port)
    {
        // Nothing is read from the environment or from files: what is served, and to whom, is said here alone.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = 200;
            server.Limits.MaxRequestBodySize = 0;
            server.Listen(address, port);
        });

        // Signals are the command's own.
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var host = builder.Build();
        var requests = new LiveRequests(page);
        host.Run(requests.Answer);
        try
        {
            await host.StartAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw new SweepException(Complaint(address, port, error), error);
        }

        var taken = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        requests.Begin(taken);
        var shown = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : new IPEndPoint(address, taken).ToString();
        var place = shown.Contains(':', StringComparison.Ordinal) ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown}:{taken}");
        return new LiveServer(host, requests, $"http://{place}/?token={requests.Token}");
    }

    /// <summary>Tells the pages that are open why they change no more, and ends.</summary>
    /// <param name="why">A sentence.</param>
    public async Task EndAsync(string why)
    {
        await requests.EndAsync(why, Farewell).ConfigureAwait(false);
        await host.StopAsync().ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static string Complaint(IPAddress address, int port, Exception error)
    {
        var socket = (error as SocketException ?? error.GetBaseException() as SocketException)?.SocketErrorCode;
        var place = new IPEndPoint(address, port);
        return socket switch
        {
            SocketError.AddressAlreadyInUse =>
                $"Port {port} of {address} is taken by another program. Name another with --port, or leave it out to take a free one.",
            SocketError.AccessDenied => $"Port {port} may not be used by you: choose one from 1024 on with --port, or leave it out to take a free one.",
            SocketError.AddressNotAvailable => $"--address is '{address}', which is not an address of this machine.",
            _ => $"{place} cannot be served from ({error.GetBaseException().Message}).",
        };
    }

    /// <summary>Begins and ends when it is told to, and at no signal.</summary>
    private sealed class CommandLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
