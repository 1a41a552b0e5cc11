namespace VicRegSweeps.Drills;

/// <summary>What may happen to a file: a flipped bit, a lost end, bytes from elsewhere.</summary>
internal static class Damage
{
    /// <returns>What was done, for people.</returns>
    public static string Do(string path, Random random)
    {
        var bytes = File.ReadAllBytes(path);
        var place = random.Next(bytes.Length);
        switch (random.Next(4))
        {
            case 0:
                bytes[place] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bytes);
                return $"a bit of byte {place} flipped";
            case 1:
                File.WriteAllBytes(path, bytes[..place]);
                return $"cut to {place} bytes";
            case 2:
                var noise = new byte[Math.Min(bytes.Length - place, 1 + random.Next(4096))];
                random.NextBytes(noise);
                noise.CopyTo(bytes, place);
                File.WriteAllBytes(path, bytes);
                return $"{noise.Length} random bytes from {place}";
            default:
                var all = new byte[random.Next(1, bytes.Length + 1)];
                random.NextBytes(all);
                File.WriteAllBytes(path, all);
                return $"{all.Length} random bytes for all";
        }
    }
}
