using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Models;
using TorchSharp;

namespace AudioCodec.Torch.Tests;

/// <summary>The <c>.ecdc</c> files of the published reference, decoded and made again by the front door on libtorch.</summary>
public sealed class GoldenFileTests
{
    private static readonly Lazy<Codec> s_mono = new(() => Load(EncodecConfig.Encodec24Khz, FormulaWeights.Encodec24Khz(), FormulaWeights.EntropyLm24Khz));
    private static readonly Lazy<Codec> s_stereo = new(() => Load(EncodecConfig.Encodec48Khz, FormulaWeights.Encodec48Khz(), FormulaWeights.EntropyLm48Khz));

    public static TheoryData<string, double> Files() => new()
    {
        { "encodec_24khz", 1.5 },
        { "encodec_24khz", 6 },
        { "encodec_24khz", 24 },
        { "encodec_48khz", 3 },
        { "encodec_48khz", 6 },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_ReferencesFile_GivesTheGoldenAudio(string name, double bandwidthKbps)
    {
        using EcdcFile file = Model(name).Open(File.OpenRead(Fixtures.Path($"golden/{name}.bw{bandwidthKbps}.ecdc")));
        AssertGoldenAudio(file, name, bandwidthKbps);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Compress_GoldenAudio_GivesTheReferencesCodes(string name, double bandwidthKbps)
    {
        Codec codec = Model(name);
        using GoldenFile golden = GoldenFile.Open(name);
        var audio = new AudioBuffer(golden.Floats("audio"), codec.Info.Channels, codec.Info.SampleRateHz);
        using var output = new MemoryStream();
        codec.Compress(new AudioBufferSource(audio), output, new CompressionOptions { BandwidthKbps = bandwidthKbps, FormatVersion = 0 });

        using EcdcFile expected = codec.Open(File.OpenRead(Fixtures.Path($"golden/{name}.bw{bandwidthKbps}.ecdc")));
        using EcdcFile actual = codec.Open(new MemoryStream(output.ToArray()));
        Assert.Equal(expected.Info, actual.Info);
        ushort[] wanted = Codes(expected), given = Codes(actual);
        Assert.Equal(wanted.Length, given.Length);
        Assert.InRange(wanted.Zip(given).Count(pair => pair.First == pair.Second) / (double)wanted.Length, 0.995, 1);
    }

    /// <summary>
    /// A stream that the reference coded with its language model comes out only where the model's floats do, bit for bit, so the golden codes
    /// are coded anew.
    /// </summary>
    [Theory]
    [InlineData("encodec_24khz", 6)]
    [InlineData("encodec_48khz", 6)]
    public void Open_GoldenCodesEntropyCoded_GivesTheGoldenAudio(string name, double bandwidthKbps)
    {
        Codec codec = Model(name);
        using EcdcFile packed = codec.Open(File.OpenRead(Fixtures.Path($"golden/{name}.bw{bandwidthKbps}.ecdc")));
        using var output = new MemoryStream();
        codec.Write(packed.ReadCodes(TestContext.Current.CancellationToken), output, new CompressionOptions { BandwidthKbps = bandwidthKbps, EntropyCoding = true });

        using EcdcFile coded = codec.Open(new MemoryStream(output.ToArray()));
        Assert.True(coded.Info.IsEntropyCoded);
        Assert.Equal(Codes(packed), Codes(coded));
        AssertGoldenAudio(coded, name, bandwidthKbps);
    }

    private static void AssertGoldenAudio(EcdcFile file, string name, double bandwidthKbps)
    {
        using GoldenFile golden = GoldenFile.Open(name);
        float[] expected = golden.Floats($"bw{bandwidthKbps}.decoded");
        using AudioSource source = file.OpenAudio();
        float[] actual = AudioFile.ReadAll(source).Samples;
        Assert.Equal(expected.Length, actual.Length);
        float peak = expected.Max(MathF.Abs);
        Assert.InRange(expected.Zip(actual).Max(pair => MathF.Abs(pair.First - pair.Second)) / peak, 0, 1e-3);
    }

    private static ushort[] Codes(EcdcFile file) => [.. file.ReadCodes(TestContext.Current.CancellationToken).Segments.SelectMany(segment => segment.Codes)];

    private static Codec Model(string name)
    {
        TestTorch.Require();
        return (name == "encodec_24khz" ? s_mono : s_stereo).Value;
    }

    private static Codec Load(EncodecConfig config, StateDict weights, Func<StateDict> entropyModel) =>
        new(
            new CodecModel(
                TorchCodecEngine.Load(config, weights, torch.CPU),
                CheckpointStatus.Release,
                () => default,
                () => default,
                () => EntropyModel.Load(EntropyModelConfig.For(config), entropyModel())),
            threads: 1,
            owned: null);
}
