using VicRegSweeps.Reports.Live;
using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.Reports.Tests.Live;

public sealed class QueueTextTests
{
    [Fact]
    public void A_job_is_a_line_of_its_tasks_by_state_and_reason()
    {
        SlurmTask[] tasks =
        [
            .. Enumerable.Range(0, 1200).Select(i => Task("812", i, "pending", "Priority")),
            Task("812", 1200, "pending", "BeginTime"), Task("812", 1201, "running", null), Task("812", 1202, "running", null),
            Task("813", 0, "completing", null), Task("813", 1, "pending", "Bad\u001b[31m"),
        ];

        Assert.Equal(
            [
                "job 812: 2 running, 1,200 pending (Priority), 1 pending (BeginTime)",
                @"job 813: 1 completing, 1 pending (Bad\u001b[31m)",
            ],
            QueueText.Of(tasks));
        Assert.Equal("job 812_1200 is pending (BeginTime)", QueueText.Of(tasks[1200]));
        Assert.Equal("job 812_1201 is running", QueueText.Of(tasks[1201]));
        Assert.Empty(QueueText.Of([]));
    }

    private static SlurmTask Task(string job, int number, string state, string? reason) =>
        new(job, $"{job}_{number}", "vicreg-tiny-0123456789", state, reason, null);
}
