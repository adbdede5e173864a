using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch.Layers;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests;

public sealed class TorchCodecEngineTests
{
    /// <summary>The codecs that ship, lead-in and wide search included, on a tone that swells with noise.</summary>
    [Theory]
    [InlineData("audiocodec_24khz", 1.5)]
    [InlineData("audiocodec_24khz", 6)]
    [InlineData("audiocodec_24khz_small", 6)]
    public void ShippedCheckpoint_GivesCodesAndAudioOfTheManagedEngine(string name, double bandwidthKbps)
    {
        TestTorch.Require();
        LoadedCheckpoint shipped = CheckpointLoader.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name));
        AssertParity(shipped.Config, shipped.Weights, bandwidthKbps, seconds: 2);
    }

    /// <summary>The official architectures, at their full size with weights by formula, and tiny ones of all kinds.</summary>
    [Theory]
    [InlineData("encodec_24khz", 6)]
    [InlineData("encodec_48khz", 6)]
    public void OfficialArchitecture_GivesCodesAndAudioOfTheManagedEngine(string name, double bandwidthKbps)
    {
        TestTorch.Require();
        if (name == "encodec_24khz")
        {
            AssertParity(EncodecConfig.Encodec24Khz, FormulaWeights.Encodec24Khz(), bandwidthKbps, seconds: 1.3);
        }
        else
        {
            AssertParity(EncodecConfig.Encodec48Khz, FormulaWeights.Encodec48Khz(), bandwidthKbps, seconds: 1.3);
        }
    }

    [Theory]
    [InlineData("causal")]
    [InlineData("stereo")]
    [InlineData("audiocraft")]
    public void TinyModel_GivesCodesAndAudioOfTheManagedEngine(string name)
    {
        TestTorch.Require();
        EncodecConfig config = name switch { "causal" => TinyConfigs.Causal, "stereo" => TinyConfigs.Stereo, _ => TinyConfigs.Audiocraft };
        using var network = new EncodecNetwork(config, SplitMix.For(5, 0, 0));
        AssertParity(config, network.ToStateDict("random"), config.BandwidthsKbps[^1], seconds: 2.5);
    }

    /// <summary>Whatever the division into chunks, and after a reset: the same codes and audio.</summary>
    [Fact]
    public void Stream_InChunksOfAnySize_IsTheWhole()
    {
        TestTorch.Require();
        LoadedCheckpoint shipped = CheckpointLoader.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", "audiocodec_24khz_small"));
        using var engine = TorchCodecEngine.Load(shipped.Config, shipped.Weights, CPU);
        AudioBuffer audio = Signal(shipped.Config, 1.5);
        EncodedAudio whole = engine.Encode(audio, 6);
        float[] decoded = engine.Decode(whole).Samples;
        using ICodecEncoder encoder = engine.OpenEncoder(whole.Codebooks);
        using ICodecDecoder decoder = engine.OpenDecoder(whole.Codebooks);
        foreach (int chunk in new[] { 1000, 7001, 40000 })
        {
            var codes = new Collected();
            for (int at = 0; at < audio.Samples.Length; at += chunk)
            {
                encoder.Write(audio.Samples.AsSpan(at, Math.Min(chunk, audio.Samples.Length - at)), codes);
            }

            encoder.Complete(codes);
            encoder.Reset();
            AssertCodes(whole.Segments[0].Codes, [.. codes.Codes]);

            int step = Math.Max(1, chunk / shipped.Config.HopSamples) * whole.Codebooks;
            for (int at = 0; at < whole.Segments[0].Codes.Length; at += step)
            {
                decoder.Write(whole.Segments[0].Codes.AsSpan(at, Math.Min(step, whole.Segments[0].Codes.Length - at)), codes);
            }

            decoder.Complete(codes);
            decoder.Reset();
            AssertAudio(decoded, codes.Samples.Take(decoded.Length).ToArray());
        }
    }

    /// <summary>Lengths with and without a rest, too short to be reflected, and equal ones: each recording as if it were alone.</summary>
    [Theory]
    [InlineData("causal")]
    [InlineData("stereo")]
    [InlineData("audiocraft")]
    [InlineData("shipped")]
    public void EncodeBatch_GivesEachRecordingsOwnCodes(string name)
    {
        TestTorch.Require();
        EncodecConfig config = name switch { "causal" => TinyConfigs.Causal, "stereo" => TinyConfigs.Stereo, _ => TinyConfigs.Audiocraft };
        using var network = new EncodecNetwork(config, SplitMix.For(5, 0, 0));
        StateDict weights = network.ToStateDict("random");
        if (name == "shipped")
        {
            LoadedCheckpoint shipped = CheckpointLoader.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", "audiocodec_24khz_small"));
            (config, weights) = (shipped.Config, shipped.Weights);
        }

        using var engine = TorchCodecEngine.Load(config, weights, CPU);
        AudioBuffer audio = Signal(config, 3);
        int hop = config.HopSamples;
        int[] lengths = [audio.LengthSamples, (40 * hop) + 1, 40 * hop, 3, hop, (40 * hop) + 1, (25 * hop) - 1, (50 * hop) + (hop / 2)];
        AudioBuffer[] recordings = [.. lengths.Select((length, i) => audio.Slice(Math.Min(i * 7, audio.LengthSamples - length), length))];
        recordings[2].Samples[5] = float.NaN;
        EncodedAudio[] batch = ((IBatchEncoder)engine).EncodeBatch(recordings, config.Codebooks, 2, null);
        Assert.Equal(recordings.Length, batch.Length);
        for (int i = 0; i < lengths.Length; i++)
        {
            EncodedAudio alone = engine.EncodeCodebooks(recordings[i], config.Codebooks);
            Assert.Equal(lengths[i], batch[i].LengthSamples);
            Assert.Equal(alone.Segments.Select(s => s.Codes.Length), batch[i].Segments.Select(s => s.Codes.Length));
            Assert.Equal(alone.Segments.Select(s => s.Scale), batch[i].Segments.Select(s => s.Scale));
            AssertCodes([.. alone.Segments.SelectMany(s => s.Codes)], [.. batch[i].Segments.SelectMany(s => s.Codes)]);
        }
    }

    /// <summary>The front door's option.</summary>
    [Fact]
    public void Device_OfCodecOptions_ChoosesTheEngine()
    {
        TestTorch.Require();
        string folder = Path.Combine(Fixtures.RepositoryRoot, "checkpoints", "audiocodec_24khz_small");
        using var managed = Codec.Load(folder, new CodecOptions { Device = "cpu" });
        using var codec = Codec.Load(folder, new CodecOptions { Device = "torch" });
        Assert.IsType<EncodecModel>(managed.Engine);
        Assert.IsType<TorchCodecEngine>(codec.Engine);
        Assert.Equal("torch", new CodecOptions { Device = "torch" }.Device);
        Assert.Equal("cpu", new CodecOptions().Device);
        Assert.Throws<ArgumentException>(() => new CodecOptions { Device = "gpu" });
    }

    [Fact]
    public void Load_OnAGpu_GivesCodesAndAudioOfTheManagedEngine()
    {
        TestTorch.RequireGpu();
        LoadedCheckpoint shipped = CheckpointLoader.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", "audiocodec_24khz"));
        AssertParity(shipped.Config, shipped.Weights, 6, seconds: 2, CUDA);
    }

    private static void AssertParity(EncodecConfig config, StateDict weights, double bandwidthKbps, double seconds, Device? device = null)
    {
        using var managed = EncodecModel.Load(config, weights);
        using var engine = TorchCodecEngine.Load(config, weights, device ?? CPU);
        AudioBuffer audio = Signal(config, seconds);
        EncodedAudio expected = managed.Encode(audio, bandwidthKbps, threads: 2);
        EncodedAudio actual = engine.Encode(audio, bandwidthKbps);
        Assert.Equal(expected.Segments.Count, actual.Segments.Count);
        AssertCodes([.. expected.Segments.SelectMany(s => s.Codes)], [.. actual.Segments.SelectMany(s => s.Codes)]);
        AssertAudio(managed.Decode(expected, threads: 2).Samples, engine.Decode(expected).Samples);
    }

    private static void AssertCodes(ushort[] expected, ushort[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.NotEmpty(expected);
        Assert.InRange(expected.Zip(actual).Count(pair => pair.First == pair.Second) / (double)expected.Length, 0.995, 1);
    }

    private static void AssertAudio(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float peak = expected.Max(MathF.Abs);
        Assert.True(peak > 0);
        Assert.InRange(expected.Zip(actual).Max(pair => MathF.Abs(pair.First - pair.Second)) / peak, 0, 1e-3);
    }

    private static AudioBuffer Signal(EncodecConfig config, double seconds)
    {
        int length = (int)(seconds * config.SampleRateHz);
        float[] noise = FreshValues.Uniform(new SplitMix(2), length * config.Channels, 0.2);
        for (int i = 0; i < noise.Length; i++)
        {
            float t = i % length / (float)config.SampleRateHz;
            noise[i] = (noise[i] * MathF.Abs(MathF.Sin(2 * t))) + (0.3f * MathF.Sin(6.2832f * 330 * t));
        }

        return new AudioBuffer(noise, config.Channels, config.SampleRateHz);
    }

    private sealed class Collected : ICodeSink, ISampleSink
    {
        public List<ushort> Codes { get; } = [];

        public List<float> Samples { get; } = [];

        public void BeginSegment(float scale)
        {
            // One segment.
        }

        public void WriteFrames(ReadOnlySpan<ushort> codes) => Codes.AddRange(codes);

        public void WriteSamples(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved);
    }
}
