namespace AudioCodec.Tests.Audio;

/// <summary>Damages Ogg files: flipped bits with and without checksums that fit, cuts, insertions, pages lost, doubled and exchanged.</summary>
internal static class OggDamage
{
    public static byte[] Apply(byte[] file, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                return Flip(file, 0, random);
            case 1:
                return file[..random.Next(file.Length)];
            case 2:
                int at = random.Next(file.Length);
                var run = new byte[random.Next(1, 600)];
                random.NextBytes(run);
                return [.. file[..at], .. run, .. file[at..]];
            case 3:
                int start = random.Next(file.Length);
                return [.. file[..start], .. file[Math.Min(file.Length, start + random.Next(1, 600))..]];
            case 4:
                List<byte[]> pages = OggBytes.Pages(file);
                int from = random.Next(pages.Count);
                byte[] page = pages[from];
                if (random.Next(2) == 0)
                {
                    pages.RemoveAt(from);
                }

                pages.Insert(random.Next(pages.Count), page);
                return OggBytes.File(pages);
            default:
                // Behind checksums that fit, damage gets into the packets.
                List<byte[]> all = OggBytes.Pages(file);
                for (int count = random.Next(1, 4); count > 0; count--)
                {
                    int index = random.Next(all.Count);
                    int first = random.Next(3) == 0 ? 4 : 27 + all[index][26];
                    all[index] = OggBytes.Changed(Flip(all[index], first, random), _ => { });
                }

                return OggBytes.File(all);
        }
    }

    private static byte[] Flip(byte[] bytes, int first, Random random)
    {
        var damaged = (byte[])bytes.Clone();
        for (int flips = random.Next(1, 6); flips > 0 && first < damaged.Length; flips--)
        {
            int at = random.Next(first, damaged.Length);
            damaged[at] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(damaged[at] ^ (1 << random.Next(8)));
        }

        return damaged;
    }
}
