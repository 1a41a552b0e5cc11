namespace VicRegSweeps.Cli.Tests;

/// <summary>What the user can mend gets exit code 2 and a sentence that names place, value and rule; never a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("nothing.yaml", null, "nothing.yaml")]
    [InlineData("broken.yaml", "version: 1\nname: [", "broken.yaml(")]
    [InlineData("typo.yaml", "version: 1\nname: t\nfixed:\n  loss.varience_weight: 1\n", "typo.yaml(4,3): unknown parameter 'loss.varience_weight'; did you mean 'loss.variance_weight'?")]
    [InlineData("bounds.yaml", "version: 1\nname: t\nfixed:\n  train.epochs: 0\n", "bounds.yaml(4,17): 'train.epochs' is 0, but must be at least 1")]
    [InlineData("conflict.yaml", "version: 1\nname: t\nfixed:\n  data.train_images: 100\n", "'data.train_images' is 100, but must be at least 'train.batch_size', which is 256.")]
    public void A_wrong_sweep_file(string name, string? text, string message)
    {
        if (text is not null)
        {
            place.Write(name, text);
        }

        AssertRefused(message, "run", name);
        AssertRefused(message, "plan", name);
    }

    [Theory]
    [InlineData("cuda:99", "--device is 'cuda:99', but ")]
    [InlineData("gpu", "--device is 'gpu', but must be auto, cpu, cuda or cuda:N.")]
    public void A_device_that_is_not_there(string device, string message)
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        AssertRefused(message, "run", "tiny.yaml", "--device", device);
    }

    [Fact]
    public void A_missing_CIFAR10_folder()
    {
        place.Write("cifar.yaml", Workplace.Cifar10Sweep);
        AssertRefused("data fetch cifar10", "run", "cifar.yaml");
    }

    [Fact]
    public void A_missing_and_a_truncated_CIFAR10_file()
    {
        place.Write("cifar.yaml", Workplace.Cifar10Sweep + "  data.path: images\n");
        place.Write("images/test_batch.bin", new string('\0', 3073 * 64));
        AssertRefused("data_batch_1.bin", "run", "cifar.yaml");

        place.Write("images/data_batch_1.bin", new string('\0', 3073 * 95));
        AssertRefused("data_batch_1.bin", "run", "cifar.yaml");
    }

    [Fact]
    public void A_results_folder_that_cannot_be_written()
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        place.Write("results", "a file, not a folder");
        AssertRefused("results", "run", "tiny.yaml");
    }

    [Fact]
    public void A_store_that_is_none()
    {
        place.Write("notes.db", "these are my notes");
        AssertRefused("notes.db", "status", "notes.db");
        AssertRefused("notes.db", "export", "notes.db", "--csv", "csv");
        AssertRefused("absent.db", "status", "absent.db");
        AssertRefused("absent.db", "resume", "absent.db");
        Assert.False(File.Exists(place.PathOf("absent.db")));
        Assert.Equal("these are my notes", File.ReadAllText(place.PathOf("notes.db")));
    }

    [Theory]
    [InlineData("walk")]
    [InlineData("run")]
    [InlineData("run", "a.yaml", "--colour", "red")]
    public void A_wrong_command_line(params string[] arguments) => Assert.Equal(2, place.Run(arguments).ExitCode);

    private void AssertRefused(string message, params string[] arguments)
    {
        var result = place.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
