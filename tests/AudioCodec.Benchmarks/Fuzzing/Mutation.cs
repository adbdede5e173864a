namespace AudioCodec.Fuzzing;

/// <summary>Damages files of any format.</summary>
internal static class Mutation
{
    /// <summary>Flipped bits, bytes that are everything, a cut, a part that is missing, doubled or inserted.</summary>
    public static byte[] Apply(byte[] file, Random random)
    {
        int at = random.Next(file.Length);
        switch (random.Next(7))
        {
            case 0:
                return file[..at];
            case 1:
                var run = new byte[random.Next(1, 2000)];
                random.NextBytes(run);
                return [.. file[..at], .. run, .. file[at..]];
            case 2:
                return [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 2000))..]];
            case 3:
                int end = Math.Min(file.Length, at + random.Next(1, 2000));
                return [.. file[..end], .. file[at..]];
            default:
                var damaged = (byte[])file.Clone();
                for (int flips = random.Next(1, 12); flips > 0; flips--)
                {
                    // Half of the damage goes to the headers, where it does more than noise.
                    at = random.Next(2) == 0 ? random.Next(Math.Min(100, file.Length)) : random.Next(file.Length);
                    damaged[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(damaged[at] ^ (1 << random.Next(8)));
                }

                return damaged;
        }
    }
}
