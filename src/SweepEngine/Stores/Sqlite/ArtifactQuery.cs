namespace VicRegSweeps.SweepEngine.Stores.Sqlite;

/// <summary>Reads rows of the table <c>trial_artifact</c>.</summary>
internal static class ArtifactQuery
{
    public const string OfTrialSql = $"SELECT {Columns} FROM trial_artifact WHERE trial = @trial ORDER BY name";

    public const string NamedSql = $"SELECT {Columns} FROM trial_artifact WHERE name = @name ORDER BY trial";

    private const string Columns = "trial, name, file, bytes, sha256, best_by, value";

    /// <param name="address">The store's, for messages.</param>
    public static IReadOnlyList<(long Trial, StoredArtifact Artifact)> OfTrial(string address, Statement query, object? value)
    {
        var artifacts = new List<(long, StoredArtifact)>();
        query.Start(value);
        while (query.Next())
        {
            var trial = query.Whole(0);
            artifacts.Add((trial, StoreDamage.Row(address, "trial_artifact", trial, () => new StoredArtifact(
                query.Text(1), query.Text(2), query.Whole(3), query.Text(4), query.TextOrNull(5), query.RealOrNull(6)))));
        }

        return artifacts;
    }
}
