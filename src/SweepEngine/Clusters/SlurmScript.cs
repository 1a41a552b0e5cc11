using System.Globalization;
using System.Text;

namespace VicRegSweeps.SweepEngine.Clusters;

/// <summary>An array of workers to be submitted.</summary>
/// <param name="Block">What the cluster file says of it.</param>
/// <param name="Name">Of the job, see <see cref="ClusterName"/>.</param>
/// <param name="Command">The program of the workers and its first arguments.</param>
/// <param name="Arguments">Of its verb <c>worker</c>.</param>
/// <param name="Logs">The folder of logs, by its full path.</param>
/// <param name="Shards">The numbers of the shards that it trains, each by a task; null where the store is shared.</param>
/// <param name="ShardCount">How many shards there are in all; 0 for none.</param>
public sealed record SlurmJob(
    SlurmBlock Block, string Name, IReadOnlyList<string> Command, IReadOnlyList<string> Arguments, string Logs, IReadOnlyList<int>? Shards, int ShardCount);

/// <summary>Writes the script of a job array. It follows from its settings alone.</summary>
public static class SlurmScript
{
    /// <summary>How much earlier than it was asked to Slurm may send a signal, and how long it takes to be noticed, in seconds.</summary>
    private const int Early = 90;

    public static string Of(SlurmJob job)
    {
        var script = new StringBuilder("#!/bin/bash\n");
        foreach (var (name, value) in Options(job)) script.Append("#SBATCH --").Append(name).Append(value is null ? "" : $"={InDirective(value)}").Append('\n');
        script.Append(
            """

            # A task is one long-lived worker. Written by vicreg-sweep submit; what it follows from is in the cluster file.

            """);
        foreach (var line in job.Block.Setup) script.Append(line).Append('\n');    // Before set -u, which the module command does not bear.
        script.Append("set -u\ntask=${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\n");
        script.Append(CultureInfo.InvariantCulture, $"limits={Quoted(job.Logs)}/$task.limits\n");
        script.Append(CultureInfo.InvariantCulture, $"worker=({Worker(job)})\n");
        script.Append(
            """

            # Slurm sends USR1 ahead of the time limit, and TERM when it cancels or preempts. In either case the worker writes its checkpoint, gives its
            # trials back and ends with 130. A second signal of a kind is nothing new to it.
            asked=
            child=
            pass() { asked=${asked:-$1}; [ -z "$child" ] || kill -"$1" "$child" 2> /dev/null; }
            trap 'pass USR1' USR1
            trap 'pass USR2' USR2
            trap 'pass TERM' TERM
            "${worker[@]}" &
            child=$!
            [ -z "$asked" ] || kill -"$asked" "$child"
            while kill -0 "$child" 2> /dev/null; do wait "$child"; done
            wait "$child"
            code=$?

            case $code in
              0) echo "$task: the worker found nothing left to train." ;;
              3) echo "$task: the worker found nothing left to train; some trials failed." ; code=0 ;;
              130)
                # A cancellation is final, and a preemption is queued again by Slurm itself.
                [ "$asked" != TERM ] || exit 130

            """);
        script.Append(Counting(job.Block));
        script.Append(
            """

                # This task alone: a requeue of the array would restart its healthy siblings.
                echo "$task: left after SIG${asked:-INT}; it is queued again."
                scontrol requeue "$task" || { echo "$task: Slurm does not queue it again." >&2; exit 130; }
                ;;
              2) echo "$task: the worker ended with what it says above; that is for you to mend, and it is not queued again." >&2 ;;
              *) echo "$task: the worker ended with $code, and is not queued again." >&2 ;;
            esac
            exit "$code"

            """);
        return script.ToString();
    }

    /// <summary>Only a signal near the limit is one of the limit's; where the limit is the partition's own, each may be.</summary>
    private static string Counting(SlurmBlock block)
    {
        var condition = block.Seconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"    if (( SECONDS >= {Math.Max(0, seconds - block.SignalAhead - Early)} )); then\n")
            : "    if true; then\n";
        return condition + string.Create(CultureInfo.InvariantCulture,
            $$"""
                  count=$(( $(cat "$limits" 2> /dev/null || echo 0) + 1 ))
                  echo "$count" > "$limits"
                  if (( count > {{block.TimeLimits}} )); then
                    echo "$task: it has run into its time limit $count times, and is not queued again (time_limits is {{block.TimeLimits}})." >&2
                    exit 130
                  fi
                fi

            """);
    }

    private static IEnumerable<(string Name, string? Value)> Options(SlurmJob job)
    {
        var block = job.Block;
        yield return ("job-name", job.Name);
        yield return ("array", Indices(job) + (block.AtOnce is { } most ? string.Create(CultureInfo.InvariantCulture, $"%{most}") : ""));
        yield return ("output", Path.Combine(job.Logs.Replace("%", "%%", StringComparison.Ordinal), "%A_%a.log"));
        yield return ("open-mode", "append");
        yield return ("requeue", null);
        yield return ("signal", string.Create(CultureInfo.InvariantCulture, $"B:USR1@{block.SignalAhead}"));
        if (block.Partition is { } partition) yield return ("partition", partition);
        if (block.Account is { } account) yield return ("account", account);
        if (block.Time is { } time) yield return ("time", time);
        if (block.Gpus > 0)
            yield return ("gres", string.Create(CultureInfo.InvariantCulture, $"gpu:{(block.GpuType is { } type ? $"{type}:" : "")}{block.Gpus}"));
        if (block.Cpus is { } cpus) yield return ("cpus-per-task", cpus.ToString(CultureInfo.InvariantCulture));
        if (block.Memory is { } memory) yield return ("mem", memory);
        foreach (var option in block.Options) yield return option;
    }

    /// <summary>Such as <c>0-7</c>; the numbers of shards, where there are any.</summary>
    private static string Indices(SlurmJob job)
    {
        if (job.Shards is not { } shards) return string.Create(CultureInfo.InvariantCulture, $"0-{job.Block.Workers - 1}");

        var runs = new List<(int First, int Last)>();
        foreach (var shard in shards.Order())
        {
            if (runs is [.., var run] && run.Last == shard - 1) runs[^1] = (run.First, shard);
            else runs.Add((shard, shard));
        }

        return string.Join(',', runs.Select(r => r.First == r.Last
            ? r.First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.Last}")));
    }

    private static string Worker(SlurmJob job)
    {
        var words = new List<string>();
        if (job.Block.Container is { IsPyxis: false } apptainer)
        {
            words.AddRange(["apptainer", "exec", .. job.Block.Gpus > 0 ? ["--nv"] : Array.Empty<string>(), .. apptainer.Options.Select(Quoted),
                Quoted(apptainer.Image)]);
        }
        else if (job.Block.Container is { } pyxis)
        {
            // A task that was queued again finds the container of its last attempt, which pyxis refuses to use; so each attempt has a name of its own.
            words.AddRange(["srun", $"--container-image={Quoted(pyxis.Image)}", "--container-name=\"vicreg-$task-${SLURM_RESTART_COUNT:-0}\"",
                .. pyxis.Options.Select(Quoted)]);
        }

        words.AddRange([.. job.Command.Select(Quoted), "worker", .. job.Arguments.Select(Quoted)]);
        if (job.Shards is not null) words.AddRange(["--shard", string.Create(CultureInfo.InvariantCulture, $"\"$SLURM_ARRAY_TASK_ID/{job.ShardCount}\"")]);
        words.AddRange(["--workers", job.Block.Processes.ToString(CultureInfo.InvariantCulture)]);
        return string.Join(' ', words);
    }

    private static string InDirective(string value) => value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    private static string Quoted(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_@%+=:,./-".Contains(c)) ? word
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
