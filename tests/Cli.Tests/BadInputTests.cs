namespace VicRegSweeps.Cli.Tests;

/// <summary>What the user can mend gets exit code 2 and a sentence that names place, value and rule; never a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("nothing.yaml", null, "nothing.yaml")]
    [InlineData("broken.yaml", "version: 1\nname: [", "broken.yaml(")]
    [InlineData("typo.yaml", "version: 1\nname: t\nfixed:\n  loss.varience_weight: 1\n",
        "typo.yaml(4,3): unknown parameter 'loss.varience_weight'; did you mean 'loss.variance_weight'?")]
    [InlineData("bounds.yaml", "version: 1\nname: t\nfixed:\n  train.epochs: 0\n", "bounds.yaml(4,17): 'train.epochs' is 0, but must be at least 1")]
    [InlineData("conflict.yaml", "version: 1\nname: t\nfixed:\n  data.train_images: 100\n",
        "'data.train_images' is 100, but must be at least 'train.batch_size', which is 256.")]
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
    [InlineData("", "walk")]
    [InlineData(" run", "run")]
    [InlineData(" run", "run", "a.yaml", "--colour", "red")]
    [InlineData(" data fetch", "data", "fetch", "cifar10", "--form", "x")]
    public void A_wrong_command_line_gets_a_few_lines_and_the_way_to_the_help(string verb, params string[] arguments)
    {
        var result = place.Run(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith($"\nSee: vicreg-sweep{verb} --help\n", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Split('\n').Length, 3, 5);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("--workers is '1.5', but must be a whole number from 1 to 4096.", "run", "t.yaml", "--workers", "1.5")]
    [InlineData("--workers is '0', but must be a whole number from 1 to 4096.", "run", "t.yaml", "--workers", "0")]
    [InlineData("--workers is '99999999999', but must be a whole number from 1 to 4096.", "resume", "s.db", "--workers", "99999999999")]
    [InlineData("--workers is 'two', but must be a whole number from 1 to 4096.", "run", "t.yaml", "--workers=two")]
    [InlineData("--stack is '1.5', but must be auto or a whole number from 1 to 2147483647.", "run", "t.yaml", "--stack", "1.5")]
    [InlineData("--stack is '99999999999', but must be auto or a whole number from 1 to 2147483647.", "verify", "s.db", "--stack", "99999999999")]
    [InlineData("--limit is '-1', but must be a whole number from 1 to 2147483647.", "plan", "t.yaml", "--limit=-1")]
    [InlineData("--checkpoint-every is '1,5', but must be a number from 0.001 to 1000000.", "run", "t.yaml", "--checkpoint-every", "1,5")]
    [InlineData("--checkpoint-every is 'NaN', but must be a number from 0.001 to 1000000.", "worker", "--store", "s.db", "--checkpoint-every", "NaN")]
    [InlineData("--every is '1e999', but must be a number from 0.1 to 86400.", "status", "s.db", "--watch", "--every", "1e999")]
    [InlineData("--perplexity is 'x', but must be a number from 1 to 1000000.", "report", "s.db", "--perplexity", "x")]
    [InlineData("--tolerance is 'NaN', but must be a number from 0 to 1000000.", "verify", "s.db", "--tolerance", "NaN")]
    [InlineData("-n is '1e3', but must be a whole number from 1 to 2147483647.", "verify", "s.db", "-n", "1e3")]
    [InlineData("There is no argument 'maybe' of run.", "run", "t.yaml", "--quiet=maybe")]
    [InlineData("There is no argument '2' of status.", "status", "s.db", "--json=2")]
    public void A_value_of_an_option_that_makes_no_sense(string message, params string[] arguments) => AssertRefused(message, arguments);

    /// <summary>One sentence for one mistake, and the way to the help.</summary>
    [Theory]
    [InlineData("There is no option '--wrkers' of run. Did you mean '--workers'?\nSee: vicreg-sweep run --help\n", "run", "t.yaml", "--wrkers", "2")]
    [InlineData("There is no command 'reprot'. Did you mean 'report'?\nSee: vicreg-sweep --help\n", "reprot", "s.db")]
    [InlineData("There is no command 'ftch' of data. Did you mean 'fetch'?\nSee: vicreg-sweep data --help\n", "data", "ftch", "cifar10")]
    [InlineData("show needs TRIAL.\nSee: vicreg-sweep show --help\n", "show", "s.db")]
    [InlineData("show needs STORE and TRIAL.\nSee: vicreg-sweep show --help\n", "show")]
    [InlineData("merge needs FROM.\nSee: vicreg-sweep merge --help\n", "merge", "s.db")]
    [InlineData("run needs SWEEP.yaml.\nSee: vicreg-sweep run --help\n", "run")]
    [InlineData("--store needs a value: --store STORE.\nSee: vicreg-sweep run --help\n", "run", "t.yaml", "--store")]
    public void A_wrong_command_line(string message, params string[] arguments) => Assert.Equal(message, place.Run(arguments).Error);

    [Fact]
    public void A_store_in_the_place_of_a_sweep_file()
    {
        place.Write("s.db", "SQLite format 3\0 and so on");
        AssertRefused("s.db: this is a store, not a sweep file. To go on with it: vicreg-sweep resume s.db", "run", "s.db");
        AssertRefused("The command is missing: name one of new, plan, run, resume, ");
    }

    [Theory]
    [InlineData("trial == 8a3e", "'8a3e' is not a number; if it is a text, write it in quotes.")]
    [InlineData("trial == 12", "'trial' and a number can never be equal; if the number is a text, write it in quotes.")]
    [InlineData("trial == 12e456789012", "'12e456789012' is too large for a number; if it is a text, write it in quotes.")]
    [InlineData("trial == a8e3", "and a text stands in quotes.")]
    public void A_text_without_quotes(string condition, string message)
    {
        place.Write("tiny.yaml", Workplace.TinySweep);
        Assert.Equal(0, place.Run("run", "tiny.yaml", "--store", "s.db", "--quiet").ExitCode);

        AssertRefused(message, "export", "s.db", "--csv", "csv", "--where", condition);
    }

    private void AssertRefused(string message, params string[] arguments)
    {
        var result = place.Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
