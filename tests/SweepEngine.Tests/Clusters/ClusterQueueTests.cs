using Microsoft.Extensions.Time.Testing;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.SweepEngine.Tests.Clusters;

/// <summary>What is read of Slurm's queue, from what squeue 22.05 printed.</summary>
public sealed class ClusterQueueTests
{
    private const string Store = "postgres://ann@db.lab/sweeps";

    private static readonly string Name = ClusterName.Of("tiny", Store);

    private static readonly string Printed = $"""
        7|7_2|PENDING|BeginTime||{Name}
        8|8_0|PENDING|Resources||vicreg-other-0123456789
        9|9|RUNNING|None|node1|my own job | of two
        7|7_0|RUNNING|None|node1|{Name}
        7|7_1|COMPLETING|None|node[1-2]|{Name}
        10|10_0|PENDING|ReqNodeNotAvail, UnavailableNodes:node3||{Name}

        """;

    private readonly FakeTimeProvider time = new();

    [Fact]
    public void The_tasks_of_a_store_are_told_from_those_of_others()
    {
        Assert.Equal(
            [
                new SlurmTask("7", "7_2", Name, "pending", "BeginTime", null),
                new SlurmTask("7", "7_0", Name, "running", null, "node1"),
                new SlurmTask("7", "7_1", Name, "completing", null, "node[1-2]"),
                new SlurmTask("10", "10_0", Name, "pending", "ReqNodeNotAvail, UnavailableNodes:node3", null),
            ],
            SlurmTask.Parse(Printed, Store));
        Assert.Empty(SlurmTask.Parse(Printed, "postgres://ann@db.lab/others"));
        Assert.Empty(SlurmTask.Parse("slurm_load_jobs: no answer\n", Store));
    }

    [Fact]
    public void The_queue_is_asked_every_twenty_seconds_at_most_whether_or_not_it_answers()
    {
        var asked = 0;
        var queue = new ClusterQueue(() => ++asked == 2 ? null : SlurmTask.Parse(Printed, Store), time);

        Assert.Equal(4, queue.Tasks()!.Count);
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(4, queue.Tasks()!.Count);
        Assert.Equal(1, asked);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(queue.Tasks());
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Null(queue.Tasks());
        Assert.Equal(2, asked);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, queue.Tasks()!.Count);
    }

    [Fact]
    public void A_store_in_a_file_has_no_jobs() => Assert.Null(ClusterQueue.Of("results/tiny/sweep.db").Tasks());
}
