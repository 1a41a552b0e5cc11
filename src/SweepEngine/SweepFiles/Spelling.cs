namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Finds the name that somebody probably meant.</summary>
public static class Spelling
{
    /// <summary>The name nearest to a word, or null when none is near. Of equally near names, the first.</summary>
    /// <remarks>
    /// Near is at most one slip in three letters. The last part of a dotted name counts as the name too, so that
    /// <c>epochs</c> finds <c>train.epochs</c>.
    /// </remarks>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        var lower = word.ToLowerInvariant();
        var (best, fewest) = ((string?)null, int.MaxValue);
        foreach (var name in names)
        {
            var slips = Math.Min(SlipsIfNear(lower, name), SlipsIfNear(lower, name[(name.LastIndexOf('.') + 1)..]));
            if (slips < fewest)
                (best, fewest) = (name, slips);
        }

        return best;
    }

    /// <summary>How many letters must be inserted, left out, replaced or swapped with their neighbour to get from a to b.</summary>
    /// <remarks>The optimal string alignment distance: Damerau's four slips, no place touched twice.</remarks>
    public static int Slips(string a, string b)
    {
        var (before, last, row) = (new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray(), new int[b.Length + 1]);
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }

    private static int SlipsIfNear(string word, string name)
    {
        var most = Math.Max(1, Math.Min(word.Length, name.Length) / 3);
        if (Math.Abs(word.Length - name.Length) > most)
            return int.MaxValue;
        var slips = Slips(word, name);
        return slips <= most ? slips : int.MaxValue;
    }
}
