using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VicRegSweeps.SweepEngine;

namespace VicRegSweeps.Cli;

/// <summary><c>status STORE</c>: where the trials stand. Reading never disturbs a sweep that is running.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var store = Shared.Store();
        var json = Shared.Json();
        var command = new Command("status", "Counts by state, live workers, rate and time left.") { store, json };
        command.SetAction(parsed =>
        {
            using var reader = SqliteStore.OpenReader(parsed.GetRequiredValue(store));
            var status = reader.Status();
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(Json(status));
            }
            else
            {
                Describe(status);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static string Json(StoreStatus status) => new JsonObject
    {
        ["pending"] = status.Pending,
        ["running"] = status.Running,
        ["completed"] = status.Completed,
        ["stopped"] = status.Stopped,
        ["failed"] = status.Failed,
        ["total"] = status.Total,
        ["workers"] = new JsonArray([.. status.Workers.Select(w => JsonValue.Create(w))]),
        ["trials_per_minute"] = status.FinishedLately / StoreStatus.Window.TotalMinutes,
        ["seconds_left"] = status.TimeLeft?.TotalSeconds,
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private static void Describe(StoreStatus status)
    {
        Write($"{status.Finished} of {status.Total} trials finished: {status.Completed} completed, {status.Stopped} stopped, {status.Failed} failed");
        Write($"{status.Running} running, {status.Pending} pending; {status.Workers.Count} live worker{(status.Workers.Count == 1 ? "" : "s")}");
        if (status is { TimeLeft: { } left, Finished: var finished } && finished < status.Total)
        {
            Write($"about {Quantity.Of(left)} left");
        }

        static void Write(FormattableString line) => Console.Error.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
