using VicRegSweeps.Trials.Images;
using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests.Images;

/// <summary>Generated images are decided by seed and index, and are neither trivial nor hopeless.</summary>
public sealed class ShapesTests
{
    [Fact]
    public void Asking_for_more_images_keeps_the_first_ones()
    {
        var (few, fewTest) = Shapes.Generate(3, 40, 20);
        var (many, manyTest) = Shapes.Generate(3, 100, 50);

        Assert.True(many.Images[..40].equal(few.Images).all().item<bool>());
        Assert.True(manyTest.Images[..20].equal(fewTest.Images).all().item<bool>());
    }

    [Fact]
    public void Seeds_and_sets_differ()
    {
        var (train, test) = Shapes.Generate(3, 20, 20);
        var (other, _) = Shapes.Generate(4, 20, 20);

        Assert.Equal(3, new[] { train.ContentKey, test.ContentKey, other.ContentKey }.Distinct().Count());
    }

    [Fact]
    public void Classes_are_balanced()
    {
        var (train, _) = Shapes.Generate(0, 200, 10);

        Assert.All(train.Labels.bincount(null).data<long>().ToArray(), count => Assert.Equal(20, count));
        Assert.Equal(Shapes.ClassNames.Count, train.Classes);
    }

    /// <summary>Chance is 0.1. Pixels say something about the class because shapes overlap, and far from everything because of the nuisances.</summary>
    [Fact]
    public void Neighbours_among_pixels_know_more_than_chance_and_less_than_all()
    {
        var (train, test) = Shapes.Generate(0, 2000, 500);
        var similarity = Unit(test.Images).matmul(Unit(train.Images).t()); // [M, N]
        var nearest = train.Labels.index_select(0, similarity.argmax(1)); // [M]

        var accuracy = nearest.eq(test.Labels).to_type(ScalarType.Float32).mean().item<float>();

        Assert.InRange(accuracy, 0.2f, 0.6f);
    }

    /// <summary>Pixels of every image, centred and of unit length, [N, 3072].</summary>
    private static Tensor Unit(Tensor images)
    {
        var flat = images.to_type(ScalarType.Float32).flatten(1);
        flat -= flat.mean([1], keepdim: true);
        return nn.functional.normalize(flat, 2, 1);
    }
}
