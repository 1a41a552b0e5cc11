namespace VicRegSweeps.Bench;

/// <summary>A sweep over 36 shapes, which cannot share a stack, against as many trials of the largest shape.</summary>
internal static class ShapesBenchmark
{
    private const string Common =
        """
        version: 1
        name: shapes
        seeds: 3
        fixed:
          data.source: shapes
          data.train_images: 2048
          augment.views: 2
          train.epochs: 10
        """;

    private const string ManyShapes =
        Common + """

        grid:
          model.embedding_dim: [2, 8, 16, 32, 50, 64]
          model.representation_dim: [4, 16, 32, 64, 100, 128]
        """;

    private const string LargestShape =
        Common + """

          model.embedding_dim: 64
          model.representation_dim: 128
        grid:
          loss.variance_weight: {log: [0.1, 100], count: 6}
          loss.covariance_weight: {log: [0.01, 10], count: 6}
        """;

    public static void Run()
    {
        var cache = Directory.CreateTempSubdirectory("vicreg-bench-cache-");
        try
        {
            Sweep.Run(Common, cache.FullName); // the feature bank, which both share
            var (many, trials) = Sweep.Run(ManyShapes, cache.FullName);
            var (largest, _) = Sweep.Run(LargestShape, cache.FullName);
            Console.WriteLine(
                $"shapes: {trials} trials of 36 shapes {many:0.0} s, {trials} trials of the largest shape {largest:0.0} s, ratio {many / largest:0.00}");
        }
        finally
        {
            cache.Delete(recursive: true);
        }
    }
}
