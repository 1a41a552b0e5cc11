namespace VicRegSweeps.Trials.Backbone.Winograd;

/// <summary>How the activations of a group of images lie in memory: [channel][row][column][lane], with zeros around every channel.</summary>
/// <param name="Side">Rows, and columns, without the border.</param>
/// <param name="Border">Rows and columns of zeros on each side.</param>
internal readonly record struct MapShape(int Channels, int Side, int Border)
{
    /// <summary>Floats from a row to the next.</summary>
    public int RowStep => (Side + (2 * Border)) * Lanes.Count;

    /// <summary>Floats from a channel to the next.</summary>
    public int ChannelStep => (Side + (2 * Border)) * RowStep;

    /// <summary>Floats of a group.</summary>
    public int Size => Channels * ChannelStep;

    /// <summary>Where a pixel's lanes begin; −1 is the border's last row or column.</summary>
    public int Offset(int channel, int row, int column) =>
        (channel * ChannelStep) + ((row + Border) * RowStep) + ((column + Border) * Lanes.Count);
}
