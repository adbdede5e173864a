using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Fuzzing;

namespace AudioCodec.Tests.Audio;

/// <summary>Tries a reader of audio on damaged files.</summary>
internal static class FileDamage
{
    private const int Rounds = 300;
    private const long MostAllocatedBytes = 64 << 20;

    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(1);

    /// <summary>Reads 300 damaged copies: samples or the one typed error come out, in less than a second and bounded memory each.</summary>
    /// <returns>How many gave samples.</returns>
    public static int TryAll(byte[] file, Func<Stream, AudioSource> open, int seed)
    {
        int mostSamples = 40 * AllSamples(open(new MemoryStream(file)));
        var random = new Random(seed);
        int read = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Mutation.Apply(file, random);
            Func<Stream> stream = round % 2 == 0 ? () => new MemoryStream(damaged) : () => new PipeStream(damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            int? samples = Time(open, stream, out TimeSpan elapsed);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (elapsed > s_most)
            {
                // A busy machine takes a thread's turn away, but hardly from the same file each time.
                Time(open, stream, out TimeSpan second);
                Time(open, stream, out TimeSpan third);
                elapsed = second < third ? second : third;
            }

            read += samples is null ? 0 : 1;
            Assert.True(elapsed < s_most, $"round {round}: {elapsed}");
            Assert.True(allocated < MostAllocatedBytes, $"round {round}: {allocated} bytes allocated");
            Assert.True((samples ?? 0) <= mostSamples, $"round {round}: {samples} samples");
        }

        return read;
    }

    /// <returns>Samples, or <see langword="null"/> after one of the errors that are allowed.</returns>
    private static int? Time(Func<Stream, AudioSource> open, Func<Stream> stream, out TimeSpan elapsed)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            return AllSamples(open(stream()));
        }
        catch (Exception exception) when (exception is AudioFormatException or UnsupportedAudioException)
        {
            return null;
        }
        finally
        {
            elapsed = watch.Elapsed;
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
