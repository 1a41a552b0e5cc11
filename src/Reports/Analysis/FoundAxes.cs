namespace VicRegSweeps.Reports.Analysis;

/// <summary>Finds which parameters move together from how the points lie, whichever way a sweep file says it.</summary>
/// <remarks>
/// Two groups of parameters that are independent occur in all combinations. Groups that are not, directly or by way of others, make
/// a cluster; if the points are the product of the clusters, each cluster can be one axis of a complete factorial.
/// </remarks>
internal static class FoundAxes
{
    /// <summary>With more groups than this it is not looked for: the work grows with the pairs of them.</summary>
    private const int MostGroups = 40;

    public static List<JointColumns> Of(List<JointColumns> groups, int points)
    {
        if (groups.Count is < 2 or > MostGroups || Cells(groups) == points) return groups;

        var clusters = Clusters(groups);
        // Without a product of clusters there are holes of another kind, and only what moves one to one is one axis.
        var isProduct = clusters.Aggregate(1.0, (product, cluster) => product * Joined(cluster).Count) == points;
        return [.. clusters.SelectMany(cluster => isProduct && IsOneAxis(cluster, isAlone: clusters.Count == 1) ? [Joined(cluster)] : OneToOne(cluster))
            .OrderBy(g => groups.FindIndex(o => o.Columns[0] == g.Columns[0]))];
    }

    private static List<List<JointColumns>> Clusters(List<JointColumns> groups)
    {
        var cluster = Enumerable.Range(0, groups.Count).ToArray();
        for (var a = 0; a < groups.Count; a++)
        {
            for (var b = a + 1; b < groups.Count; b++)
            {
                if (cluster[a] == cluster[b] || groups[a].CountWith(groups[b]) == (long)groups[a].Count * groups[b].Count) continue;

                var (kept, gone) = (cluster[a], cluster[b]);
                for (var i = 0; i < cluster.Length; i++) cluster[i] = cluster[i] == gone ? kept : cluster[i];
            }
        }

        return [.. groups.Index().GroupBy(g => cluster[g.Index]).Select(c => c.Select(g => g.Item).ToList())];
    }

    /// <summary>
    /// A cluster whose combinations are few for its parameters is meant as one axis; a grid of which a cell or two are left out is
    /// not. A cluster beside which nothing varies is one axis only if one of its parameters tells all the others.
    /// </summary>
    private static bool IsOneAxis(List<JointColumns> cluster, bool isAlone)
    {
        var count = Joined(cluster).Count;
        return cluster.Count > 1 && (isAlone
            ? count <= cluster.Max(g => g.Count)
            : count <= cluster.Sum(g => g.Count) || 2 * count <= Cells(cluster));
    }

    /// <summary>Joins those of a cluster of which each level of one goes with a single level of the other.</summary>
    private static List<JointColumns> OneToOne(List<JointColumns> cluster)
    {
        var joined = new List<JointColumns>();
        foreach (var group in cluster)
        {
            var place = joined.FindIndex(g => g.Count == group.Count && g.CountWith(group) == g.Count);
            if (place < 0) joined.Add(group);
            else joined[place] = Joined([joined[place], group]);
        }

        return joined;
    }

    private static JointColumns Joined(List<JointColumns> groups) =>
        groups is [var only] ? only : JointColumns.Of([.. groups.SelectMany(g => g.Columns)]);

    /// <summary>In floating point: many groups may have more combinations than any integer counts.</summary>
    private static double Cells(IEnumerable<JointColumns> groups) => groups.Aggregate(1.0, (product, group) => product * group.Count);
}
