using System.Diagnostics;
using System.Net;
using VicRegSweeps.Reports.Live;
using VicRegSweeps.Reports.Page;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Tests.Running;

namespace VicRegSweeps.Reports.Tests.Live;

/// <summary>A store on disk whose trials are formulas, its page on a server of its own, and workers in processes of theirs.</summary>
internal sealed class ServedSweep : IDisposable
{
    private readonly LivePage page;

    public ServedSweep(int points)
    {
        Sweep.Register(FormulaRunner.Grid(points));
        page = new LivePage(Sweep.Database, new ReportOptions(), () => StoreRooms.OpenReader(Sweep.Database), TimeProvider.System);
        Server = LiveServer.StartAsync(page, IPAddress.Loopback, 0).GetAwaiter().GetResult();
    }

    public FormulaSweep Sweep { get; } = new(onDisk: true);

    public LiveServer Server { get; }

    public Uri Url => new(Server.Url);

    public string Token => Server.Url.Split("token=")[1];

    /// <summary>Starts a worker on the store.</summary>
    /// <param name="pace">Milliseconds that a step takes.</param>
    public Process Work(int pace) => Process.Start(new ProcessStartInfo(
        Programs.Find("dotnet")!, [Path.Combine(AppContext.BaseDirectory, "VicRegSweeps.Formula.dll"), Sweep.Database, $"pace={pace}", "checkpoint=0.1"])
    {
        RedirectStandardError = true,
    })!;

    public void Dispose()
    {
        Server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Sweep.Dispose();
    }
}
