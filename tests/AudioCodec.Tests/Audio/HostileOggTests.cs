using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

/// <summary>Damaged Ogg files: samples come out, or <see cref="AudioFormatException"/>, within bounded memory and time.</summary>
public sealed class HostileOggTests
{
    private const int Rounds = 300;
    private const long MostAllocatedBytes = 16 << 20;

    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("tone.opus")]
    [InlineData("tone.ogg")]
    [InlineData("tone-pages.ogg")]
    public void Read_DamagedFiles_GiveSamplesOrATypedError(string name)
    {
        byte[] file = File.ReadAllBytes(Fixtures.Path("audio/" + name));
        int samples = Read(file).Samples!.Length;
        var random = new Random(17);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = OggDamage.Apply(file, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();

            (float[]? decoded, bool supported) = Read(damaged);

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (watch.Elapsed > s_most)
            {
                // On a busy machine that says nothing yet.
                watch.Restart();
                Read(damaged);
            }

            Assert.True(watch.Elapsed < s_most, $"round {round}: {watch.Elapsed}");
            Assert.True(allocated < MostAllocatedBytes, $"round {round}: {allocated} bytes allocated");
            Assert.True(decoded is null || decoded.Length <= 40 * samples, $"round {round}: {decoded?.Length} of {samples} samples");
            refused += decoded is null && supported ? 1 : 0;
        }

        Assert.InRange(refused, Rounds / 20, Rounds - (Rounds / 20));
    }

    [Theory]
    [InlineData("tone.opus")]
    [InlineData("tone.ogg")]
    public void Read_EveryTruncation_GivesAPrefixOrATypedError(string name)
    {
        byte[] file = File.ReadAllBytes(Fixtures.Path("audio/" + name));
        float[] whole = Read(file).Samples!;
        for (int length = 0; length < file.Length; length += 7)
        {
            float[]? samples = Read(file[..length]).Samples;

            Assert.True(samples is null || whole.AsSpan().StartsWith(samples), $"{length} bytes");
        }
    }

    /// <summary>All samples, or null after the exceptions that are allowed.</summary>
    private static (float[]? Samples, bool IsSupported) Read(byte[] file)
    {
        try
        {
            using AudioSource source = new OggReader(new MemoryStream(file));
            return (WavBytes.ReadAll(source), true);
        }
        catch (AudioFormatException)
        {
            return (null, true);
        }
        catch (UnsupportedAudioException)
        {
            return (null, false);
        }
    }
}
