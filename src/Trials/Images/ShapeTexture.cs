using VicRegSweeps.Trials.Randomness;

namespace VicRegSweeps.Trials.Images;

/// <summary>A plane wave of light in a random direction, from a gradient over the whole image to ripples of eight pixels.</summary>
/// <param name="Amplitude">Of 1.</param>
internal readonly record struct ShapeTexture(double Amplitude, double AcrossFrequency, double DownFrequency, double Phase)
{
    public static ShapeTexture Draw(RandomStream random, double amplitude)
    {
        var direction = random.NextDouble(0, 2 * Math.PI);
        var frequency = 2 * Math.PI / random.NextDouble(8, 64);
        return new ShapeTexture(
            amplitude, frequency * Math.Cos(direction), frequency * Math.Sin(direction), random.NextDouble(0, 2 * Math.PI));
    }

    public double At(int column, int row) => Amplitude * Math.Sin(AcrossFrequency * column + DownFrequency * row + Phase);
}
