using System.Diagnostics;
using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

/// <summary>Damages files of any format, and tries a reader on them.</summary>
internal static class FileDamage
{
    private const int Rounds = 300;
    private const long MostAllocatedBytes = 64 << 20;

    /// <summary>Reads 300 damaged copies: samples or the one typed error come out, in less than a second and bounded memory each.</summary>
    /// <returns>How many gave samples.</returns>
    public static int TryAll(byte[] file, Func<Stream, AudioSource> open, int seed)
    {
        int mostSamples = 40 * AllSamples(open(new MemoryStream(file)));
        var random = new Random(seed);
        int read = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Apply(file, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            int samples = 0;
            try
            {
                samples = AllSamples(open(round % 2 == 0 ? new MemoryStream(damaged) : new PipeStream(damaged)));
                read++;
            }
            catch (Exception exception) when (exception is AudioFormatException or UnsupportedAudioException)
            {
                // What is allowed.
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"round {round}: {watch.Elapsed}");
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostAllocatedBytes, $"round {round}: {allocated} bytes allocated");
            Assert.True(samples <= mostSamples, $"round {round}: {samples} samples");
        }

        return read;
    }

    /// <summary>Flipped bits, bytes that are everything, a cut, a part that is missing or a run that is inserted.</summary>
    public static byte[] Apply(byte[] file, Random random)
    {
        int at = random.Next(file.Length);
        switch (random.Next(6))
        {
            case 0:
                return file[..at];
            case 1:
                var run = new byte[random.Next(1, 2000)];
                random.NextBytes(run);
                return [.. file[..at], .. run, .. file[at..]];
            case 2:
                return [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 2000))..]];
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

    private static int AllSamples(AudioSource source)
    {
        using (source)
        {
            return WavBytes.ReadAll(source).Length;
        }
    }
}
