namespace VicRegSweeps.SweepEngine.SweepFiles;

/// <summary>Where the characters of a YAML scalar stand in the file, whether it is plain, quoted or a block.</summary>
internal static class ScalarPlaces
{
    /// <param name="file">The whole text of the file.</param>
    /// <param name="scalar">Of this file.</param>
    /// <param name="index">A character of the scalar's text, from 0; its length is the place behind it.</param>
    /// <remarks>
    /// The text is laid beside the source, and what the source has in between (indentation, line ends, the quotes
    /// and backslashes of escapes) is skipped. Where an escape such as \x41 leads astray, the scalar's own place is given.
    /// </remarks>
    public static Place Of(string file, YamlScalar scalar, int index)
    {
        if (Start(file, scalar) is not { } source)
            return scalar.At;
        var last = source;
        for (var i = 0; i < Math.Min(index + 1, scalar.Text.Length); i++)
        {
            if (i > 0)
                source++;
            while (source < file.Length && !Matches(file[source], scalar.Text[i]))
                source++;
            if (source >= file.Length)
                return scalar.At;
            last = source;
        }

        return SweepText.PlaceOf(file, index < scalar.Text.Length ? last : Math.Min(last + 1, file.Length));
    }

    /// <summary>Behind the opening quote, or in the line below the header of a block.</summary>
    /// <returns>Null where the parser counts other line ends than \n.</returns>
    private static int? Start(string file, YamlScalar scalar)
    {
        var start = 0;
        for (var line = 1; line < scalar.At.Line; line++)
            start = file.IndexOf('\n', start) + 1;
        start += scalar.At.Column - 1;
        return start >= file.Length ? null : file[start] switch
        {
            '\'' or '"' => start + 1,
            '|' or '>' => file.IndexOf('\n', start) + 1,
            _ => start,
        };
    }

    /// <summary>YAML folds a line end into a space.</summary>
    private static bool Matches(char source, char text) =>
        source == text || (char.IsWhiteSpace(source) && char.IsWhiteSpace(text));
}
