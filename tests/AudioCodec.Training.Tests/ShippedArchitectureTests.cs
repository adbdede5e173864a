using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Torch;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests;

/// <summary>Both engines on the same random weights, for every architecture that ships, at its full size.</summary>
public sealed class ShippedArchitectureTests
{
    private static readonly EncodecConfig s_audioCraft = EncodecConfig.Encodec24Khz with
    {
        Name = "encodec_16khz",
        SampleRateHz = 16000,
        Causal = false,
        Filters = 64,
        TrueSkip = true,
        Padding = PaddingMode.Constant,
        Codebooks = 4,
        CodebookSize = 2048,
        BandwidthsKbps = [2.2],
    };

    /// <summary>AudioCraft's codecs (AudioGen's at 16 kHz, MusicGen's at 32 kHz), one with each padding.</summary>
    private static readonly Dictionary<string, EncodecConfig> s_others = new()
    {
        ["audiogen 16 kHz"] = s_audioCraft,
        ["musicgen 32 kHz"] = s_audioCraft with { Name = "encodec_32khz", SampleRateHz = 32000, Ratios = [8, 5, 4, 4], Padding = PaddingMode.Reflect },
    };

    public static TheoryData<string> Architectures => [.. Directory.GetFiles(Path.Combine(Fixtures.RepositoryRoot, "configs", "models"), "*.yaml")
        .Select(f => Path.GetFileName(f)).Where(name => !name.StartsWith("entropy_lm", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Concat(s_others.Keys)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void EncodeDecode_RandomWeights_EqualManagedEngine(string name)
    {
        TestTorch.Require();
        EncodecConfig config = s_others.GetValueOrDefault(name)
            ?? SettingsFile.Load<CodecTrainSettings>(Path.Combine(Fixtures.RepositoryRoot, "configs", "models", name), []).Model;
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(config, SplitMix.For(5, 0, 0));

        // Not a whole number of frames, so that the last one is completed.
        int length = (6 * config.HopSamples) + 17;
        float[] samples = FreshValues.Uniform(new SplitMix(1), config.Channels * length, 0.5);
        EncodecModel managed = EncodecModel.Load(config, network.ToStateDict("random"));

        (Tensor latent, Tensor? scale) = network.EncodeSegment(TestTorch.From(samples, 1, config.Channels, length));
        float[] expected = Latents(managed, samples, length, scale?.ToSingle() ?? 1);
        TestTorch.AssertClose(expected, TestTorch.Values(latent.squeeze(0).t()), 1e-4);

        // The decoders start from the same codes: a tie between codewords may go either way. Training searches greedily, so the codes must be the nearest ones.
        EncodedAudio encoded = managed.Encode(new AudioBuffer(samples, config.Channels, config.SampleRateHz), config.BandwidthsKbps[^1], searchWidth: 1);
        EncodedSegment segment = Assert.Single(encoded.Segments);
        Assert.Equal(scale?.ToSingle() ?? 1, segment.Scale, segment.Scale * 1e-5);
        Tensor codes = tensor([.. segment.Codes.Select(c => (long)c)], [segment.Codes.Length / encoded.Codebooks, encoded.Codebooks]);
        AssertNearest(network, latent, codes);
        Tensor output = network.DecodeAfterLeadIn(Words(network, codes), scale).narrow(2, 0, length);
        TestTorch.AssertClose(managed.Decode(encoded).Samples, TestTorch.Values(output), 1e-4);
    }

    /// <summary>The managed encoder's output, [F, D].</summary>
    private static unsafe float[] Latents(EncodecModel model, float[] planar, int length, float scale)
    {
        int channels = model.Config.Channels;
        float[] interleaved = [.. Enumerable.Range(0, planar.Length).Select(i => planar[(i % channels * length) + (i / channels)] / scale)];
        var latents = new RowBuffer(model.Config.Dimension);
        fixed (float* samples = interleaved)
        {
            model.OpenEncoderNetwork(new Executor(1)).Process(samples, length, last: true, latents);
        }

        return latents.Rows.ToArray();
    }

    /// <summary>Each of the managed engine's codes must be as near to its residual as any, to rounding.</summary>
    private static void AssertNearest(EncodecNetwork network, Tensor latent, Tensor codes)
    {
        Tensor residual = latent.squeeze(0).t();
        for (int level = 0; level < codes.shape[1]; level++)
        {
            Tensor words = Embed(network, level);
            Tensor distances = (residual.unsqueeze(1) - words.unsqueeze(0)).square().sum([2L]);
            Tensor chosen = distances.gather(1, codes.narrow(1, level, 1)).squeeze(1);
            double excess = ((chosen - distances.min(1).values) / chosen).max().ToDouble();
            Assert.True(excess <= 1e-4, $"level {level}: a codeword {excess:G3} farther than the nearest");
            residual = residual - words.index_select(0, codes.select(1, level));
        }
    }

    /// <summary>Sum of the codewords, [1, D, F].</summary>
    private static Tensor Words(EncodecNetwork network, Tensor codes) => Enumerable.Range(0, (int)codes.shape[1])
        .Select(level => Embed(network, level).index_select(0, codes.select(1, level)))
        .Aggregate((a, b) => a + b).t().unsqueeze(0);

    private static Tensor Embed(EncodecNetwork network, int level) => network.get_buffer($"quantizer.vq.layers.{level}._codebook.embed")!;
}
