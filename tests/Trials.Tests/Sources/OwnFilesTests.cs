using CsCheck;
using VicRegSweeps.Trials.Sources;

namespace VicRegSweeps.Trials.Tests.Sources;

/// <summary>Samples are divided by a seed: none is both trained on and held out, and asking for more moves none that was there.</summary>
public sealed class OwnFilesTests
{
    [Fact]
    public void No_sample_is_used_twice_and_each_one_is_there() =>
        Gen.Select(Gen.Int[4, 300], Gen.Double[0.01, 0.99], Gen.Int[0, 50]).Sample((count, share, seed) =>
        {
            var (train, test) = OwnFiles.Choose(OwnData.Settings("npy", ("data.test_share", share), ("data.split_seed", seed)), int.MaxValue, count, null);

            Assert.Equal(Enumerable.Range(0, count), train.Concat(test).Order());
            Assert.Equal(Math.Clamp(Math.Round(share * count), 2, count - 2), test.Length);
        });

    [Fact]
    public void Asking_for_more_samples_keeps_those_that_were_there()
    {
        var (train, test) = Choose(100, ("data.train_images", 10), ("data.test_images", 5));
        var (more, moreTest) = Choose(100, ("data.train_images", 40), ("data.test_images", 20));

        Assert.Equal((10, 5), (train.Length, test.Length));
        Assert.Equal(train, more[..10]);
        Assert.Equal(test, moreTest[..5]);
        Assert.Empty(more.Intersect(moreTest));
    }

    [Fact]
    public void Another_seed_holds_out_others_in_another_order()
    {
        var (train, test) = Choose(100);
        var (otherTrain, otherTest) = Choose(100, ("data.split_seed", 1));

        Assert.NotEqual(test.Order(), otherTest.Order());
        Assert.NotEqual(train, otherTrain);
    }

    [Fact]
    public void Files_that_are_sorted_by_class_are_mixed()
    {
        var (train, _) = Choose(1000, ("data.train_images", 100));

        // Of the first half of the file: 50 of 100, with a standard deviation of 5.
        Assert.InRange(train.Count(sample => sample < 500), 30, 70);
    }

    [Fact]
    public void Held_out_files_of_their_own_leave_all_others_to_train_on()
    {
        var s = OwnData.Settings("npy", ("data.test_path", "t.npy"));
        var (train, test) = OwnFiles.Choose(s, int.MaxValue, 30, 12);

        Assert.Equal(Enumerable.Range(0, 30), train.Order());
        Assert.Equal(Enumerable.Range(0, 12), test.Order());
        Assert.Null(s["data.test_share"]);
    }

    private static (int[] Train, int[] Test) Choose(int count, params (string, VicRegSweeps.SweepEngine.Catalogue.ParameterValue)[] settings) =>
        OwnFiles.Choose(OwnData.Settings("npy", settings), int.MaxValue, count, null);
}
