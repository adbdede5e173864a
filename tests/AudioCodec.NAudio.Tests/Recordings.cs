using AudioCodec.Audio;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;
using NAudio.Wave;

namespace AudioCodec.NAudio.Tests;

/// <summary>Tiny codecs and recordings that NAudio writes.</summary>
internal static class Recordings
{
    /// <summary>Samples that all tests' signals have at least: several chunks of a file and several of the decoder's blocks.</summary>
    public const int LengthSamples = 40_001;

    /// <summary>The codec of a golden model, mono or stereo, loaded from a folder as a user has it.</summary>
    public static Codec LoadCodec(TemporaryFolder folder, int channels)
    {
        EncodecConfig config = channels == 1 ? TinyConfigs.Causal : TinyConfigs.Stereo;
        using GoldenFile golden = GoldenFile.Open($"{config.Name}.weights");
        CheckpointFolder.SaveCodec(folder[config.Name], config, golden.ToStateDict(), CheckpointStatus.Release);
        return Codec.Load(folder[config.Name]);
    }

    /// <summary>A signal that a reader tells from itself at any other place, interleaved.</summary>
    public static float[] Signal(int channels, int lengthSamples = LengthSamples)
    {
        var random = new Random(channels);
        var samples = new float[lengthSamples * channels];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (0.4f * MathF.Sin(i * (0.03f + (i * 1e-6f)))) + (0.2f * (random.NextSingle() - 0.5f));
        }

        return samples;
    }

    /// <summary>A WAV file by NAudio.</summary>
    public static byte[] Wav(float[] samples, WaveFormat format)
    {
        using var stream = new MemoryStream();
        using (var writer = new WaveFileWriter(stream, format))
        {
            writer.WriteSamples(samples, 0, samples.Length);
        }

        return stream.ToArray();
    }

    /// <summary>A signal as an <c>.ecdc</c> file of a codec.</summary>
    public static byte[] Compressed(Codec codec, int lengthSamples = LengthSamples, CompressionOptions? options = null)
    {
        using var stream = new MemoryStream();
        using AudioSource source = new SampleProviderSource(new FloatProvider(Signal(codec.Info.Channels, lengthSamples), codec.Info.SampleRateHz, codec.Info.Channels));
        codec.Compress(source, stream, options);
        return stream.ToArray();
    }

    /// <summary>What the library decodes a file to, interleaved.</summary>
    public static float[] Decoded(Codec codec, byte[] file)
    {
        using EcdcFile open = codec.Open(new MemoryStream(file));
        using AudioSource source = open.OpenAudio();
        AudioBuffer audio = AudioFile.ReadAll(source);
        var samples = new float[audio.Samples.Length];
        audio.ReadInterleaved(0, samples);
        return samples;
    }
}
