using System.Globalization;
using System.Runtime.InteropServices;
using VicRegSweeps.Formula;
using VicRegSweeps.SweepEngine;
using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Stores;
using VicRegSweeps.SweepEngine.Stores.Shards;

// A worker process whose trials are formulas, for tests and drills that end workers: STORE, then options as name=number.
var numbers = args.Skip(1).Select(a => a.Split('=')).ToDictionary(a => a[0], a => double.Parse(a[1], CultureInfo.InvariantCulture));

using var cancel = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    cancel.Cancel();
});

var pace = (int)Number("pace", 0);
ITrialRunner runner = Number("staged", 0) > 0
    ? new StagedRunner { BeforeStep = () => Thread.Sleep(pace) }
    : new FormulaRunner { Width = (int)Number("width", 4), BeforeStep = (_, _) => Thread.Sleep(pace) };
var options = new SweepRunOptions
{
    Worker = Number("supervised", 0) > 0 ? WorkerIdentity.Supervised(Environment.ProcessId, WorkerIdentity.Parent) : WorkerIdentity.Current,
    LeaseDuration = TimeSpan.FromSeconds(Number("lease", 60)),
    CheckpointEvery = TimeSpan.FromSeconds(Number("checkpoint", 0.05)),
    FlushEvery = TimeSpan.FromSeconds(Number("flush", 0.02)),
    PollEvery = TimeSpan.FromSeconds(Number("poll", 0.05)),
};
TimeProvider time = Number("jump", 0) is > 0 and var seconds ? new JumpingClock(TimeSpan.FromSeconds(seconds)) : TimeProvider.System;
try
{
    var printer = new Printer();
    if (Number("shard", 0) is > 0 and var shard) return OfShard((int)shard, printer);

    using var store = SweepRun.Join(args[0], () => StoreRooms.Open(args[0], runner.Catalogue, time), printer, cancel.Token);
    return new SweepRun(store, runner, printer, options, time).Execute(cancel.Token).Interrupted ? WorkerExit.Interrupted : WorkerExit.Done;
}
catch (SweepException error)
{
    Console.Error.WriteLine(error.Message);
    return WorkerExit.UserError;
}

// A shard of a folder, as `worker --shard` trains it.
int OfShard(int shard, Printer printer)
{
    var folder = ShardFolder.Open(args[0]);
    var every = TimeSpan.FromSeconds(Number("publish", 0.2));
    using var work = ShardWork.Begin(folder, new ShardPlace(shard, folder.Count), runner.Catalogue, time, every);
    using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token, work.Taken);
    RunSummary summary;
    using (work.PublishEvery(every, printer)) summary = new SweepRun(work.Store, runner, printer, options, time).Execute(stop.Token);

    work.Publish(isLast: true);
    return summary.Interrupted ? WorkerExit.Interrupted : WorkerExit.Done;
}

double Number(string name, double otherwise) => numbers.GetValueOrDefault(name, otherwise);
