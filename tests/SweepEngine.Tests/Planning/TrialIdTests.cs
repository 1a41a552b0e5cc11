using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.SweepEngine.Tests.Catalogue;

namespace VicRegSweeps.SweepEngine.Tests.Planning;

/// <summary>The expected ids were computed with Python's hashlib from JSON written by hand.</summary>
public class TrialIdTests
{
    [Fact]
    public void A_point_is_named_by_the_hash_of_its_settings() =>
        Assert.Equal("d664ef79fe08a7d7", Settings().PointId);

    [Theory]
    [InlineData(0, "295da732447d98df")]
    [InlineData(9007199254740993, "fb30de4251d431a4")]
    public void A_trial_is_named_by_the_hash_of_its_settings_and_seed(long seed, string id)
    {
        var trial = Trial.Of(Settings(), seed);

        Assert.Equal(id, trial.Id);
        Assert.Equal("d664ef79fe08a7d7", trial.Point);
    }

    [Fact]
    public void Words_small_numbers_and_conditional_parameters_are_hashed_as_they_read() =>
        Assert.Equal(
            "900c54d3d9a16a60",
            Settings(("augment.views", "stream"), ("loss.epsilon", 1e-6), ("loss.variance_weight", 0), ("train.optimizer", "sgd")).Id(7));

    [Fact]
    public void Text_beyond_ASCII_is_hashed_as_JSON_escapes() =>
        Assert.Equal("1c280580fdfbae31", Settings(("backbone.weights", "w/é+.safetensors")).PointId);

    [Fact]
    public void A_negative_number_is_hashed_with_its_sign() =>
        Assert.Equal("eba6607733c7786f", Settings(("train.shift", -1.5)).PointId);

    [Fact]
    public void Where_the_images_lie_does_not_change_the_id() =>
        Assert.Equal("d664ef79fe08a7d7", Settings(("data.path", "/elsewhere")).PointId);

    [Fact]
    public void A_parameter_that_does_nothing_does_not_change_the_id() =>
        Assert.Equal("d664ef79fe08a7d7", Settings(("train.momentum", 0.5)).PointId);

    [Fact]
    public void The_JSON_of_settings_reads_back_as_the_same_settings()
    {
        var settings = Settings(("augment.views", "stream"), ("backbone.standardize", false), ("data.path", "a \"b\"\\c"), ("train.shift", -1e-300));

        var back = TrialSettings.FromJson(TestCatalogue.Instance, settings.ToJson(seed: 3));

        Assert.All(TestCatalogue.Instance.Parameters, p => Assert.Equal(settings[p.Name], back[p.Name]));
    }

    [Theory]
    [InlineData("model.embedding_dim", "0", "the store has '0' for 'model.embedding_dim', which must be a whole number, at least 1 and at most 4096.")]
    [InlineData("model.dropout", "\"half\"", "the store has 'half' for 'model.dropout', which must be a number, at least 0 and less than 1.")]
    [InlineData("train.optimizer", "\"adamw\"", "the store has 'adamw' for 'train.optimizer', which must be adam, sgd or lars.")]
    [InlineData("train.optimizer", "true", "the store has 'true' for 'train.optimizer', which must be adam, sgd or lars.")]
    [InlineData("backbone.standardize", "1", "the store has '1' for 'backbone.standardize', which must be true or false.")]
    public void A_recorded_value_that_is_not_allowed_is_named_with_the_rule(string name, string json, string message) =>
        Assert.Equal(message, Assert.Throws<SweepException>(() => TrialSettings.FromJson(TestCatalogue.Instance, $"{{\"{name}\": {json}}}")).Message);

    [Fact]
    public void Trials_of_one_id_are_equal()
    {
        var trial = Trial.Of(Settings(), 1);

        Assert.Equal(trial, Trial.Of(Settings(("data.path", "/elsewhere")), 1));
        Assert.NotEqual(trial, Trial.Of(Settings(), 2));
        Assert.Equal(trial, new Trial(trial.Id, trial.Point, "", 1, Settings()));
    }

    [Fact]
    public void A_changed_default_renames_no_trial()
    {
        var before = new ParameterCatalogue([new Parameter { Name = "log.rows", Kind = ParameterKind.Integer, Default = 200, Doc = "Rows." }]);
        var now = new ParameterCatalogue(
            [new Parameter { Name = "log.rows", Kind = ParameterKind.Integer, Default = "auto", FormerDefault = 200, Words = ["auto"], Doc = "Rows." }]);

        Assert.Equal(TrialSettings.From(before).Id(1), TrialSettings.From(now).Id(1));
        Assert.Equal(TrialSettings.From(before, ("log.rows", 100)).Id(1), TrialSettings.From(now, ("log.rows", 100)).Id(1));
        Assert.NotEqual(TrialSettings.From(now).Id(1), TrialSettings.From(now, ("log.rows", 100)).Id(1));
        Assert.Equal("auto", TrialSettings.FromJson(now, TrialSettings.From(now).ToJson()).Text("log.rows"));
    }

    private static TrialSettings Settings(params (string, ParameterValue)[] named) => TrialSettings.From(TestCatalogue.Instance, named);
}
