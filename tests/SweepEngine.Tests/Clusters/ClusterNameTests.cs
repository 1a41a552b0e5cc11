using VicRegSweeps.SweepEngine.Clusters;

namespace VicRegSweeps.SweepEngine.Tests.Clusters;

public sealed class ClusterNameTests
{
    [Theory]
    [InlineData("postgres://ann@db.lab/sweeps", "postgresql://bob@db.lab:5432/sweeps?schema=vicreg_sweep", true)]
    [InlineData("postgres://ann@db.lab/sweeps", "postgres://ann@db.lab/sweeps?schema=other", false)]
    [InlineData("postgres://ann@db.lab/sweeps", "postgres://ann@db2.lab/sweeps", false)]
    [InlineData("/shared/sweep", "/shared/./other/../sweep/", true)]
    [InlineData("/shared/sweep", "/shared/sweep2", false)]
    public void A_job_is_found_by_its_store_however_that_is_written(string store, string other, bool isSame)
    {
        Assert.Equal(isSame, ClusterName.IsOf(ClusterName.Of("quickstart", store), other));
        Assert.False(ClusterName.IsOf("my-job", store));
    }

    [Fact]
    public void A_name_fits_where_it_must()
    {
        var name = ClusterName.Of(new string('a', 35) + "-bcdef", "/shared");
        Assert.True(name.Length <= 57, name);
        Assert.Matches("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", name);
    }

    [Fact]
    public void The_job_of_a_worker_is_said_by_its_scheduler()
    {
        Assert.Equal("812_3", Of(("SLURM_ARRAY_JOB_ID", "812"), ("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_JOB_ID", "815")));
        Assert.Equal("815", Of(("SLURM_JOB_ID", "815")));
        Assert.Equal("pod-x", Of(("VICREG_SWEEP_JOB", "pod-x"), ("SLURM_JOB_ID", "815")));
        Assert.Null(Of(("SLURM_JOB_ID", "a:b")));
        Assert.Null(Of());

        static string? Of(params (string Name, string Value)[] variables) =>
            ClusterJob.Of(name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault());
    }
}
