using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

/// <summary>Files that ffmpeg makes, against what ffmpeg decodes.</summary>
public sealed class OggReaderTests : IDisposable
{
    private const double LeastSnrDb = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "-b:a 12k -application voip")]
    [InlineData(1, "-b:a 24k -application voip -frame_duration 60")]
    [InlineData(1, "-b:a 32k -application audio -frame_duration 40")]
    [InlineData(2, "-b:a 16k -application voip -frame_duration 20")]
    [InlineData(2, "-b:a 48k -application audio -frame_duration 10")]
    [InlineData(2, "-b:a 96k -application audio -frame_duration 20")]
    [InlineData(2, "-b:a 128k -application lowdelay -frame_duration 2.5")]
    [InlineData(2, "-b:a 128k -application audio -frame_duration 5 -vbr off")]
    [InlineData(3, "-b:a 96k -af channelmap=0|1|2:3.0")]
    [InlineData(4, "-b:a 128k -af channelmap=0|1|2|3:quad")]
    [InlineData(5, "-b:a 160k -af channelmap=0|1|2|3|4:5.0")]
    [InlineData(6, "-b:a 192k -af channelmap=0|1|2|3|4|5:5.1")]
    [InlineData(7, "-b:a 224k -af channelmap=0|1|2|3|4|5|6:6.1")]
    [InlineData(8, "-b:a 256k -af channelmap=0|1|2|3|4|5|6|7:7.1")]
    public void Read_Opus_IsWhatFfmpegDecodes(int channels, string arguments)
    {
        string path = Encode("a.opus", channels, 48000, 53_123, ["-c:a", "libopus", .. arguments.Split(' ')]);

        // libopus: ffmpeg's own decoder has another resampler for speech.
        RequireFfmpegsSamples(path, "libopus", channels, 48000, 53_123);
    }

    [Theory]
    [InlineData(1, 22050, 0)]
    [InlineData(1, 44100, 2)]
    [InlineData(1, 48000, 8)]
    [InlineData(2, 22050, 4)]
    [InlineData(2, 44100, 0)]
    [InlineData(2, 44100, 6)]
    [InlineData(2, 48000, 8)]
    [InlineData(3, 44100, 3, "3.0")]
    [InlineData(4, 44100, 3, "quad")]
    [InlineData(5, 48000, 3, "5.0")]
    public void Read_Vorbis_IsWhatFfmpegDecodes(int channels, int sampleRateHz, int quality, string layout = "")
    {
        string map = layout.Length > 0 ? $"channelmap={string.Join('|', Enumerable.Range(0, channels))}:{layout}" : "anull";
        string path = Encode("a.ogg", channels, sampleRateHz, 53_123, "-af", map, "-c:a", "libvorbis", "-q:a", $"{quality}");

        RequireFfmpegsSamples(path, "vorbis", channels, sampleRateHz, 53_123);
    }

    /// <summary>NVorbis decodes six channels to noise.</summary>
    [Theory]
    [InlineData("file")]
    [InlineData("stream")]
    [InlineData("pipe")]
    public void Open_VorbisWithSixChannels_ComesThroughFfmpeg(string kind)
    {
        string path = Encode("a.ogg", 6, 48000, 53_123, "-c:a", "libvorbis", "-q:a", "3");
        byte[] file = File.ReadAllBytes(path);

        using AudioSource source = kind switch
        {
            "file" => AudioFile.Open(path),
            "stream" => AudioFile.OpenStream(new MemoryStream(file)),
            _ => AudioFile.OpenStream(new PipeStream(file, 50)),
        };

        Assert.IsType<FfmpegSource>(source);
        Assert.Equal(53_123 * 6, WavBytes.ReadAll(source).Length);
    }

    /// <summary>Speech that is coded as such is the reference decoder's to the last bit.</summary>
    [Fact]
    public void Read_OpusOfOneBandwidth_IsLibopusToTheBit()
    {
        string path = Encode("a.opus", 1, 16000, 16_000, "-c:a", "libopus", "-b:a", "12k", "-application", "voip");
        Ffmpeg("-c:a", "libopus", "-i", path, "-c:a", "pcm_f32le", _folder["expected.wav"]);

        Assert.Equal(AudioFile.ReadAll(_folder["expected.wav"]).Samples, AudioFile.ReadAll(path).Samples);
    }

    /// <summary>No ffmpeg is asked.</summary>
    [Theory]
    [InlineData("tone.opus", 48000, 2)]
    [InlineData("tone.ogg", 24000, 1)]
    [InlineData("tone-pages.ogg", 24000, 2)]
    public void Read_Fixture_IsTheSignalBeforeEncoding(string name, int sampleRateHz, int channels)
    {
        float[] original = AudioFile.ReadAll(Fixtures.Path("audio/mono16-lpc.flac")).Samples[..7200];
        byte[] file = File.ReadAllBytes(Fixtures.Path("audio/" + name));

        using AudioSource source = AudioFile.Open(Fixtures.Path("audio/" + name));
        using AudioSource pipe = AudioFile.OpenStream(new PipeStream(file, 5));
        Assert.IsType<OggReader>(source);
        Assert.IsType<OggReader>(pipe);
        Assert.Equal((sampleRateHz * 3 / 10, null), (source.LengthSamples, pipe.LengthSamples));
        float[] decoded = WavBytes.ReadAll(source);

        Assert.Equal((sampleRateHz, channels), (source.SampleRateHz, source.Channels));
        Assert.Equal(sampleRateHz * 3 / 10 * channels, decoded.Length);
        Assert.Equal(decoded, WavBytes.ReadAll(pipe));
        int step = decoded.Length / original.Length;
        double dot = Enumerable.Range(0, 7200).Sum(t => (double)original[t] * decoded[t * step]);
        double norms = Math.Sqrt(original.Sum(x => (double)x * x) * Enumerable.Range(0, 7200).Sum(t => (double)decoded[t * step] * decoded[t * step]));
        Assert.True(dot / norms > 0.9, $"correlation {dot / norms:F3} with the signal before encoding");
    }

    private void RequireFfmpegsSamples(string path, string decoder, int channels, int sampleRateHz, int lengthSamples)
    {
        Ffmpeg("-c:a", decoder, "-i", path, "-c:a", "pcm_f32le", _folder["expected.wav"]);
        AudioBuffer expected = AudioFile.ReadAll(_folder["expected.wav"]);

        using AudioSource source = AudioFile.Open(path);
        Assert.IsType<OggReader>(source);
        Assert.Equal(lengthSamples, source.LengthSamples);
        AudioBuffer audio = AudioFile.ReadAll(source);

        Assert.Empty(source.Warnings);
        Assert.Equal((channels, sampleRateHz, lengthSamples), (audio.Channels, audio.SampleRateHz, audio.LengthSamples));
        Assert.Equal(lengthSamples, expected.LengthSamples);
        for (int channel = 0; channel < channels; channel++)
        {
            double snrDb = SnrDb(expected.Channel(channel), audio.Channel(channel));
            Assert.True(snrDb >= LeastSnrDb, $"channel {channel}: {snrDb:F1} dB");
        }
    }

    private static double SnrDb(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        double signal = 0;
        double noise = 0;
        for (int t = 0; t < expected.Length; t++)
        {
            double difference = actual[t] - expected[t];
            signal += (double)expected[t] * expected[t];
            noise += difference * difference;
        }

        return 10 * Math.Log10(signal / noise);
    }

    /// <summary>Encodes chords and noise, in each channel others, that begin and end softly.</summary>
    private string Encode(string name, int channels, int sampleRateHz, int lengthSamples, params string[] arguments)
    {
        var random = new Random(channels);
        var samples = new short[lengthSamples * channels];
        for (int t = 0; t < lengthSamples; t++)
        {
            double volume = 5000 * Math.Min(1, 6.0 * Math.Min(t, lengthSamples - t) / lengthSamples);
            for (int channel = 0; channel < channels; channel++)
            {
                double angle = 2 * Math.PI * t / sampleRateHz;
                double chord = Math.Sin(220 * (1 + channel) * angle) + (0.5 * Math.Sin((501 + (97 * channel)) * angle));
                samples[(t * channels) + channel] = (short)(volume * (chord + (0.3 * random.NextDouble())));
            }
        }

        File.WriteAllBytes(_folder["in.wav"], WavBytes.File(WavBytes.Format(1, channels, sampleRateHz, 16), WavBytes.Chunk("data", WavBytes.Pcm16(samples))));
        Ffmpeg(["-i", _folder["in.wav"], .. arguments, _folder[name]]);
        return _folder[name];
    }

    private static void Ffmpeg(params string[] arguments)
    {
        Assert.SkipWhen(FfmpegSource.Locate() is null, "ffmpeg is not on the PATH.");
        using Process process = Process.Start(FfmpegSource.Locate()!, ["-v", "error", "-nostdin", .. arguments]); // Skipped without.
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
