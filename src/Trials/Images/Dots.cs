using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Images;

/// <summary>Generated video: one to three soft dots that move in a box with elastic walls, each in a colour of its own.</summary>
/// <remarks>
/// Where a dot is has a closed form, so a frame needs none before it. Positions are in pixels from the upper left corner, velocities in
/// pixels a frame. Letters: N sequences, T frames of each.
/// </remarks>
public sealed record Dots
{
    /// <summary>The most that have a colour of their own.</summary>
    public const int MostDots = 3;

    private const int Side = ImageSet.SmallSide;
    private const double Radius = 2;              // standard deviation of a dot's brightness, in pixels
    private const double Wall = 3;                // what a dot's centre keeps from the edge, in pixels
    private const double Background = 30;
    private const double Brightness = 200;
    private const double NoiseReach = 60;

    private static readonly double[][] Colours = [[1, 0.25, 0.25], [0.25, 1, 0.25], [0.25, 0.25, 1]];

    /// <summary>N of the training set.</summary>
    public required int Sequences { get; init; }

    /// <summary>T.</summary>
    public required int Frames { get; init; }

    /// <summary>1 to <see cref="MostDots"/>.</summary>
    public required int Count { get; init; }

    /// <summary>What a dot covers in a frame, as a share of the box: each has between 0.6 and 1.6 times this.</summary>
    public required double Speed { get; init; }

    /// <summary>What lies behind the dots.</summary>
    public required DotsNoise Noise { get; init; }

    /// <summary>Sequences that are held out: a fifth as many, from another stream.</summary>
    public int TestSequences => TestSequencesOf(Sequences);

    /// <inheritdoc cref="TestSequences"/>
    public static int TestSequencesOf(int sequences) => Math.Max(2, sequences / 5);

    /// <summary>The frames of sequences, one after the other.</summary>
    /// <param name="seed">Everything is drawn from it and from the sequence's number: more sequences begin with the same ones.</param>
    public ImageSet Render(long seed, DotsPart part)
    {
        var (family, sequences) = (FamilyOf(seed, part), SequencesOf(part));
        const int imageBytes = 3 * Side * Side;
        var pixels = new byte[(long)sequences * Frames * imageBytes];
        Parallel.For(0, sequences, sequence =>
        {
            var paths = PathsOf(family, sequence);
            var noise = new double[Side * Side];
            for (var frame = 0; frame < Frames; frame++)
            {
                if (Noise == DotsNoise.Changing || (Noise == DotsNoise.Fixed && frame == 0)) Draw(noise, family, sequence, frame);
                Render(paths, frame, noise, pixels.AsSpan(((sequence * Frames) + frame) * imageBytes, imageBytes));
            }
        });
        return ImageSet.Create(pixels, [.. Enumerable.Repeat(ImageSet.NoLabel, sequences * Frames)], classes: 0);
    }

    /// <summary>Where the dots are and how they move.</summary>
    /// <returns>Positions and velocities of every frame, each N · T rows of 2 · dots numbers: x, y of the first, x, y of the second, …</returns>
    public (double[] Positions, double[] Velocities) Truth(long seed, DotsPart part)
    {
        var (family, sequences, width) = (FamilyOf(seed, part), SequencesOf(part), 2 * Count);
        var (positions, velocities) = (new double[sequences * Frames * width], new double[sequences * Frames * width]);
        for (var sequence = 0; sequence < sequences; sequence++)
        {
            foreach (var (place, path) in PathsOf(family, sequence).Index())
            {
                for (var frame = 0; frame < Frames; frame++)
                {
                    var at = (((sequence * Frames) + frame) * width) + place;
                    (positions[at], velocities[at]) = path.At(frame);
                }
            }
        }

        return (positions, velocities);
    }

    private int SequencesOf(DotsPart part) => part == DotsPart.Train ? Sequences : TestSequences;

    private static ulong FamilyOf(long seed, DotsPart part) => RandomStream.Key(seed, part == DotsPart.Train ? "dots/train" : "dots/test");

    /// <summary>x and y of each dot.</summary>
    private Path[] PathsOf(ulong family, int sequence)
    {
        var random = new RandomStream(RandomStream.Key(family, sequence));
        var paths = new Path[2 * Count];
        for (var dot = 0; dot < Count; dot++)
        {
            var (x, y) = (random.NextDouble(Wall, Side - Wall), random.NextDouble(Wall, Side - Wall));
            var speed = Side * Speed * random.NextDouble(0.6, 1.6);
            var (sin, cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            (paths[2 * dot], paths[(2 * dot) + 1]) = (new Path(x, speed * cos), new Path(y, speed * sin));
        }

        return paths;
    }

    private static void Draw(double[] noise, ulong family, int sequence, int frame)
    {
        var random = new RandomStream(RandomStream.Key(RandomStream.Key(~family, sequence), frame));
        for (var i = 0; i < noise.Length; i++) noise[i] = random.NextDouble(-NoiseReach, NoiseReach);
    }

    /// <param name="pixels">3 × S × S.</param>
    private static void Render(Path[] paths, int frame, double[] noise, Span<byte> pixels)
    {
        var places = paths.Select(path => path.At(frame).Position).ToArray();
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var at = (y * Side) + x;
                for (var channel = 0; channel < 3; channel++)
                {
                    var light = Background + noise[at];
                    for (var dot = 0; dot < places.Length / 2; dot++)
                    {
                        var (dx, dy) = (x + 0.5 - places[2 * dot], y + 0.5 - places[(2 * dot) + 1]);
                        light += Brightness * Colours[dot][channel] * Math.Exp(-((dx * dx) + (dy * dy)) / (2 * Radius * Radius));
                    }

                    pixels[(channel * Side * Side) + at] = (byte)Math.Clamp(Math.Round(light), 0, 255);
                }
            }
        }
    }

    /// <summary>One coordinate between two walls: a straight line, folded at them.</summary>
    private readonly record struct Path(double Start, double Velocity)
    {
        private const double Room = Side - (2 * Wall);

        public (double Position, double Velocity) At(int frame)
        {
            var unfolded = Start - Wall + (Velocity * frame);
            var within = unfolded - (Math.Floor(unfolded / (2 * Room)) * 2 * Room);      // 0 to twice the room
            return within <= Room ? (Wall + within, Velocity) : (Wall + (2 * Room) - within, -Velocity);
        }
    }
}

/// <summary>What lies behind the dots.</summary>
public enum DotsNoise
{
    /// <summary>An even background.</summary>
    None,

    /// <summary>A pattern that every frame of a sequence has: it changes more slowly than the dots, and so attracts an embedding of slow features.</summary>
    Fixed,

    /// <summary>A pattern of each frame's own.</summary>
    Changing,
}

/// <summary>Which sequences are meant.</summary>
public enum DotsPart
{
    Train,
    Test,
}
