using VicRegSweeps.SweepEngine.Running;
using VicRegSweeps.SweepEngine.Tests.Running;
using VicRegSweeps.SweepEngine.Verifying;

namespace VicRegSweeps.SweepEngine.Tests.Stores;

/// <summary>What trials are trained on is told by its content: other data under the same settings are refused, the same data elsewhere are not.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public void Other_data_under_the_same_settings_are_refused_and_both_are_named()
    {
        using var sweep = Trained("aaaa", "/old");
        sweep.Runner.Input = _ => Images("bbbb", "/new");
        sweep.Register(FormulaRunner.Grid(2));

        var error = Assert.Throws<SweepException>(() => sweep.Run());

        Assert.Contains("the training images are not those that its trials were trained on", error.Message, StringComparison.Ordinal);
        Assert.Contains("they were aaaa (in /old), and now they are bbbb (in /new)", error.Message, StringComparison.Ordinal);
        Assert.Contains("--store", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 1, 0), (sweep.Store.Status().Completed, sweep.Store.Status().Pending, sweep.Store.Status().Running));
    }

    [Fact]
    public void The_same_data_in_another_folder_are_the_same()
    {
        using var sweep = Trained("aaaa", "/old");
        sweep.Runner.Input = _ => Images("aaaa", "/new");
        sweep.Register(FormulaRunner.Grid(2));

        Assert.Equal(2, sweep.Run().Status.Completed);

        using var reader = sweep.Read();
        Assert.Equal("/old", Assert.Single(reader.Inputs()).Input.Place);
    }

    [Fact]
    public void Data_that_other_settings_name_are_others()
    {
        using var sweep = Trained("aaaa", "/old");
        sweep.Runner.Input = _ => Images("bbbb", "/new") with { Settings = "images=128" };
        sweep.Register(FormulaRunner.Grid(2));

        Assert.Equal(2, sweep.Run().Status.Completed);
    }

    [Fact]
    public void Verifying_says_that_the_data_are_others()
    {
        using var sweep = Trained("aaaa", "/old");
        using var reader = sweep.Read();

        var verified = Verification.Run(
            reader, new FormulaRunner { Input = _ => Images("bbbb", "/new") }, 1, null, new RecordingObserver(), CancellationToken.None);

        Assert.Contains("they were aaaa (in /old), and now they are bbbb (in /new)", Assert.Single(verified).Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Stores_that_were_trained_on_different_data_are_not_merged()
    {
        using var one = Trained("aaaa", "/one");
        using var other = Trained("bbbb", "/other");
        using var same = Trained("aaaa", "/same");

        var error = Assert.Throws<SweepException>(() => one.Merge(other));

        Assert.Contains("(in /other) are others than those here (in /one)", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, one.Merge(same).Agreed);
    }

    [Fact]
    public void An_id_that_two_different_trials_have_is_refused()
    {
        using var sweep = Sweep();
        var trial = FormulaRunner.Trial(3, ("formula.slope", 1));
        sweep.Register(trial);
        var other = FormulaRunner.Trial(3, ("formula.slope", 2)) with { Id = trial.Id };

        var error = Assert.Throws<SweepException>(() => sweep.Register(other));

        Assert.Contains($"two different trials have the id {trial.Id}: formula.slope is 2 here and 1 there", error.Message, StringComparison.Ordinal);
        Assert.Contains("the seed is 4 here and 3 there", Assert.Throws<SweepException>(
            () => sweep.Register(FormulaRunner.Trial(4, ("formula.slope", 1)) with { Id = trial.Id })).Message, StringComparison.Ordinal);
        using var empty = Sweep();
        Assert.Contains("two different trials", Assert.Throws<SweepException>(() => empty.Register(trial, other)).Message, StringComparison.Ordinal);
        Assert.Equal(1, sweep.Trials()[0].Settings["formula.slope"].Number);
    }

    [Fact]
    public void Stores_in_which_one_id_is_of_two_trials_are_not_merged()
    {
        using var one = Sweep();
        using var other = Sweep();
        var trial = FormulaRunner.Trial(3, ("formula.slope", 1), ("data.path", "/a"));
        one.Register(trial);
        other.Register(FormulaRunner.Trial(3, ("formula.slope", 2)) with { Id = trial.Id });
        using var moved = Sweep();
        moved.Register(FormulaRunner.Trial(3, ("formula.slope", 1), ("data.path", "/b")));

        var error = Assert.Throws<SweepException>(() => one.Merge(other));

        Assert.Contains("formula.slope is 1 here and 2 there", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, one.Merge(moved).Added);
    }

    private FormulaSweep Trained(string content, string place)
    {
        var sweep = Sweep(new FormulaRunner { Input = _ => Images(content, place) });
        sweep.Register(FormulaRunner.Grid(1));
        Assert.Equal(1, sweep.Run().Status.Completed);
        return sweep;
    }

    private static TrialInput Images(string content, string place) => new("training images", "images=64", content, place);
}
