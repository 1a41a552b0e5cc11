namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Collects what is wrong with one file, so that all of it is said at once.</summary>
/// <param name="path">The file as its reader knows it.</param>
/// <param name="what">What such a file is called in messages.</param>
internal sealed class Complaints(string path, string what = "sweep file")
{
    /// <inheritdoc cref="Complaints(string, string)" path="/param[@name='what']"/>
    public string What => what;

    /// <summary>The most that are printed: a file of another kind altogether would fill the screen.</summary>
    public const int MostPrinted = 100;

    /// <summary>Reading ends at so many: nobody mends them all before asking again.</summary>
    public const int MostKept = 1000;

    private readonly List<(Place At, string Sentence)> all = [];

    /// <summary>How many there are so far.</summary>
    public int Count => all.Count;

    /// <exception cref="SweepException">There are <see cref="MostKept"/> now.</exception>
    public void Add(Place at, string sentence)
    {
        all.Add((at, sentence));
        if (all.Count == MostKept)
            throw ToException();
    }

    /// <exception cref="SweepException">There are complaints.</exception>
    public void ThrowIfAny()
    {
        if (all.Count > 0)
            throw ToException();
    }

    /// <summary>All complaints so far, one a line, in the order of the file.</summary>
    public SweepException ToException()
    {
        // OrderBy is stable: complaints about one place keep the order in which they were made.
        var lines = all.OrderBy(c => c.At).Take(MostPrinted)
            .Select(c => $"{path}({c.At.Line},{c.At.Column}): {c.Sentence}");
        if (all.Count > MostPrinted)
            lines = lines.Append($"{path}: and {(all.Count < MostKept ? "" : "at least ")}{all.Count - MostPrinted} more.");
        return new SweepException(lines);
    }
}
