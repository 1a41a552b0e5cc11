using static TorchSharp.torch;

namespace VicRegSweeps.Trials.Tests;

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

        Assert.All(train.Labels.bincount().data<long>().ToArray(), count => Assert.Equal(20, count));
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

    /// <summary>A centred disc drawn without nuisances: inside its radius the one colour, outside the other.</summary>
    [Fact]
    public void A_disc_is_where_it_was_put()
    {
        var still = new ShapeTexture(0, 0, 0, 0);
        var scene = new ShapeScene(0, 20, 12, 10, 0, new ShapeColour(1, 0, 0), new ShapeColour(0, 0, 1), still, still, Noise: 0);
        var pixels = new byte[3072];

        scene.Render(pixels, new RandomStream(0));

        for (var row = 0; row < 32; row++)
        {
            for (var column = 0; column < 32; column++)
            {
                var distance = Math.Sqrt(Math.Pow(column + 0.5 - 20, 2) + Math.Pow(row + 0.5 - 12, 2));
                if (Math.Abs(distance - 9.5) > 0.6)
                    Assert.Equal(distance < 9.5 ? 255 : 0, pixels[row * 32 + column]);
            }
        }
    }

    /// <summary>Pixels of every image, centred and of unit length, [N, 3072].</summary>
    private static Tensor Unit(Tensor images)
    {
        var flat = images.to_type(ScalarType.Float32).flatten(1);
        flat -= flat.mean([1], keepdim: true);
        return nn.functional.normalize(flat, 2, 1);
    }
}
