using TorchSharp;
using VicRegSweeps.Trials.Backbone;
using VicRegSweeps.Trials.Images;
using VicRegSweeps.Trials.Tests.Backbone;
using VicRegSweeps.Trials.Tests.Images;

namespace VicRegSweeps.Trials.Tests.Native;

public sealed class CollectionTests
{
    private static readonly Type Scalar = typeof(torch).Assembly.GetType("TorchSharp.Scalar", throwOnError: true)!;

    public static TheoryData<string> Parts => [.. CollectionStress.Parts];

    /// <summary>
    /// What a finalizer frees may be freed while libtorch reads it. Whatever makes no work for finalizers cannot be: each number is
    /// disposed of after its call, each tensor is in a scope.
    /// </summary>
    [Theory]
    [MemberData(nameof(Parts))]
    public void No_number_and_no_tensor_is_left_to_a_collection(string part)
    {
        FinalizedObjects.Collect();
        using var finalized = new FinalizedObjects(Scalar, typeof(torch.Tensor));
        CollectionStress.Do(part, times: 3);
        Assert.Equal([0, 0], finalized.Count());
    }

    [Fact]
    public void A_bank_leaves_no_number_and_no_tensor_to_a_collection()
    {
        using var cache = new ScratchFolder();
        FinalizedObjects.Collect();
        using var finalized = new FinalizedObjects(Scalar, typeof(torch.Tensor));
        BuildAndRead(cache.Path);
        BuildAndRead(cache.Path);
        Assert.Equal([0, 0], finalized.Count());
    }

    [Fact]
    public void What_is_left_to_a_collection_is_counted()
    {
        FinalizedObjects.Collect();
        using var finalized = new FinalizedObjects(typeof(torch.Tensor));
        MakeAndForget(5);
        Assert.Equal([5], finalized.Count());
    }

    /// <summary>In small what <c>tests/Drills collections</c> does at length.</summary>
    [Fact]
    public void Collections_change_no_bit_and_break_nothing()
    {
        var result = CollectionStress.Run(operations: 0, TimeSpan.FromSeconds(4));
        Assert.True(result.Operations > 0);
        Assert.Equal([], result.Failures);
    }

    private static void BuildAndRead(string cache)
    {
        var (train, test) = Shapes.Generate(0, 20, 10);
        using (train)
        using (test)
        using (var backbone = new PixelBackbone())
        using (var bank = FeatureBank.GetOrBuild(cache, train, test, AugmentationRecipe.SoloLearn, 2, backbone, 0, null, TestContext.Current.CancellationToken))
        {
            bank.Standardize();
        }
    }

    private static void MakeAndForget(int tensors)
    {
        for (var i = 0; i < tensors; i++)
        {
            _ = torch.zeros(1);
        }
    }
}
