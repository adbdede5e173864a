using AudioCodec.Audio;

namespace AudioCodec.Cli.Tests;

/// <summary>Recordings for the tests.</summary>
internal static class TestAudio
{
    /// <summary>A reproducible signal, planar.</summary>
    public static AudioBuffer Signal(int lengthSamples, int channels = 1, int sampleRateHz = 8000, int seed = 1)
    {
        var random = new Random(seed);
        var samples = new float[lengthSamples * channels];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (0.3f * MathF.Sin(i * 0.07f)) + (0.2f * (random.NextSingle() - 0.5f));
        }

        return new AudioBuffer(samples, channels, sampleRateHz);
    }

    /// <summary>A WAV file's bytes.</summary>
    public static byte[] Wav(AudioBuffer audio, PcmEncoding encoding = PcmEncoding.F32)
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, audio.SampleRateHz, audio.Channels, encoding, audio.LengthSamples, leaveOpen: true))
        {
            var interleaved = new float[audio.Samples.Length];
            using var source = new AudioBufferSource(audio);
            for (int read = source.Read(interleaved); read > 0; read = source.Read(interleaved))
            {
                writer.Write(interleaved.AsSpan(0, read * audio.Channels));
            }

            writer.Complete();
        }

        return stream.ToArray();
    }

    /// <summary>Reads a WAV file.</summary>
    public static AudioBuffer Read(string path) => AudioFile.ReadAll(path);

    /// <summary>Reads WAV bytes.</summary>
    public static AudioBuffer Read(byte[] wav) => AudioFile.ReadAll(AudioFile.OpenStream(new MemoryStream(wav)));
}
