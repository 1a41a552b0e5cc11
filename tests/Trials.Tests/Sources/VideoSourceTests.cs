using VicRegSweeps.SweepEngine.Catalogue;
using VicRegSweeps.SweepEngine.Planning;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Predictors;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Sequences of NPY files stay whole and in order, are divided by sequence, and what does not fit is said in a sentence.</summary>
public sealed class VideoSourceTests : IDisposable
{
    private const int Sequences = 10;
    private const int Frames = 6;

    private readonly OwnData data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void Sequences_are_divided_whole_and_their_frames_stay_in_order()
    {
        var s = Video();

        var (train, test, _) = Read(s);
        using (train)
        using (test)
        {
            Assert.Equal((8 * Frames, 2 * Frames, 0), (train.Count, test.Count, train.Classes));
            List<int> seen = [];
            foreach (var set in new[] { train, test })
            {
                for (var i = 0; i < set.Count; i++)
                {
                    var (sequence, frame) = (FirstByte(set, i) / 20, FirstByte(set, i) % 20);
                    Assert.Equal(i % Frames, frame);
                    Assert.Equal(FirstByte(set, i - frame) / 20, sequence);
                    if (frame == 0) seen.Add(sequence);
                }
            }

            Assert.Equal(Enumerable.Range(0, Sequences), seen.Order());
            Assert.NotEqual(seen.Order(), seen);
        }
    }

    [Fact]
    public void Fewer_sequences_may_be_trained_on_and_move_none_that_is_held_out()
    {
        var (all, few) = (Video(), Video(("video.sequences", 3)));
        Assert.Equal((3 * Frames, 2 * Frames, Frames), (Look(few).Train, Look(few).Test, Look(few).Frames));

        var (train, test, _) = Read(few);
        var (more, same, _) = Read(all);
        using (train)
        using (test)
        using (more)
        using (same)
        {
            Assert.Equal(same.ContentKey, test.ContentKey);
            Assert.Equal(Enumerable.Range(0, 3 * Frames).Select(i => FirstByte(more, i)), Enumerable.Range(0, 3 * Frames).Select(i => FirstByte(train, i)));
        }
    }

    [Fact]
    public void Held_out_sequences_may_lie_in_a_file_of_their_own_with_as_many_frames()
    {
        Write("test.npy", 3, Frames);
        Write("short.npy", 3, Frames - 1);

        var apart = Video(("data.test_path", data["test.npy"]));
        Assert.Equal((Sequences * Frames, 3 * Frames), (Look(apart).Train, Look(apart).Test));
        Assert.Equal(
            $"'{data["short.npy"]}' has sequences of 5 frames, but those of '{data["v.npy"]}' have 6: cut them to one length.",
            OwnData.Complaint(Video(("data.test_path", data["short.npy"]))));
    }

    [Fact]
    public void A_predictor_is_told_the_frames_of_the_file_and_refused_where_they_are_too_few()
    {
        Assert.Equal(Frames, PredictorSettings.From(Video(("predictor.epochs", 1), ("predictor.rollout", 2))).Frames);
        Assert.Equal(
            "'predictor.history' and 'predictor.rollout' are 3 and 4, but a sequence has 6 frames, and needs as many as both together.",
            OwnData.Complaint(Video(("predictor.epochs", 1))));
        Assert.Null(OwnData.Complaint(Video(("augment.recipe", "neighbours"))));
    }

    [Theory]
    [InlineData("<f4", "(4, 5, 32, 32, 3)", 4,
        "holds elements of type '<f4', but must hold uint8 pixels from 0 to 255. For floating-point pixels from 0 to 1: numpy.round(255 * x).astype(numpy.uint8).")]
    [InlineData("|u1", "(4, 5, 3, 32, 32)", 1,
        "is 4 × 5 × 3 × 32 × 32, but video must be S × T × H × W × 3: S sequences of T frames. Move the channels last: numpy.moveaxis(x, 2, -1).")]
    [InlineData("|u1", "(4, 5, 32, 32, 4)", 1,
        "is 4 × 5 × 32 × 32 × 4, but video must be S × T × H × W × 3: S sequences of T frames. Leave out the alpha channel: x[..., :3].")]
    [InlineData("|u1", "(4, 5, 32, 32, 1)", 1,
        "is 4 × 5 × 32 × 32 × 1, but video must be S × T × H × W × 3: S sequences of T frames. Give grey frames three channels: numpy.repeat(x, 3, axis=4).")]
    [InlineData("|u1", "(5, 32, 32, 3)", 1,
        "is 5 × 32 × 32 × 3, but video must be S × T × H × W × 3: S sequences of T frames. One sequence lacks the first axis, and there must be several: numpy.stack(sequences).")]
    [InlineData("|u1", "(20, 4, 64, 64)", 1,
        "is 20 × 4 × 64 × 64, but video must be S × T × H × W × 3: S sequences of T frames. Give grey frames three channels, of S × T × H × W: numpy.repeat(x[..., None], 3, axis=4); of T × S × H × W swap the axes first: numpy.swapaxes(x, 0, 1).")]
    [InlineData("|u1", "(4, 32, 32)", 1, "is 4 × 32 × 32, but video must be S × T × H × W × 3: S sequences of T frames.")]
    [InlineData("|u1", "(4, 1, 32, 32, 3)", 1, "is 4 × 1 × 32 × 32 × 3, so its sequences have 1 frame, but must have at least 2.")]
    [InlineData("|u1", "(3, 5, 32, 32, 3)", 1, "has 3 sequences, but must have at least 4: 2 to train on, and 2 that are held out.")]
    public void A_file_that_does_not_fit_is_noticed_by_the_plan(string type, string shape, int bytes, string complaint)
    {
        var elements = shape.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries)
            .Aggregate(1, (product, size) => product * int.Parse(size, System.Globalization.CultureInfo.InvariantCulture));
        data.Write("x.npy", type, shape, new byte[elements * bytes]);

        Assert.Equal($"'{data["x.npy"]}' {complaint}", OwnData.Complaint(OwnData.Settings("video", ("data.path", data["x.npy"]))));
    }

    [Fact]
    public void Without_a_path_or_a_file_it_is_said_what_there_must_be()
    {
        Assert.Equal(
            "'data.path' is not given, but data.source video needs it: an NPY file of video, S × T × H × W × 3 of uint8.",
            OwnData.Complaint(OwnData.Settings("video")));
        Assert.Contains("but there is no such file.", OwnData.Complaint(OwnData.Settings("video", ("data.path", data["nowhere.npy"]))), StringComparison.Ordinal);
    }

    [Fact]
    public void Dots_keep_the_parameters_that_video_does_not_have()
    {
        var settings = Video().ToJson();

        Assert.All(new[] { "video.frames", "video.dots", "video.speed", "video.noise", "data.train_images", "data.labels" },
            name => Assert.DoesNotContain(name, settings, StringComparison.Ordinal));
        Assert.All(new[] { "video.sequences", "data.split_seed", "data.test_share" }, name => Assert.Contains(name, settings, StringComparison.Ordinal));
    }

    private TrialSettings Video(params IEnumerable<(string Name, ParameterValue Value)> more)
    {
        Write("v.npy", Sequences, Frames);
        return OwnData.Settings("video", [("data.path", data["v.npy"]), .. more]);
    }

    /// <summary>Frames whose every byte says which sequence and frame they are.</summary>
    private void Write(string name, int sequences, int frames) => data.Write(
        name, "|u1", $"({sequences}, {frames}, 32, 32, 3)",
        [.. from sequence in Enumerable.Range(0, sequences) from frame in Enumerable.Range(0, frames) from pixel in Enumerable.Range(0, 32 * 32 * 3) select (byte)((20 * sequence) + frame)]);

    private static SourceShape Look(TrialSettings s) => DataSources.Of(s).Look(s);

    private ReadImages Read(TrialSettings s) => ((IImageSource)DataSources.Of(s)).Read(s, Look(s).Train, data.Reading);

    private static int FirstByte(ImageSet set, int image) => set.Images[image, 0, 0, 0].item<byte>();
}
