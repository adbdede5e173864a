using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Metrics;
using AudioCodec.Numerics;
using AudioCodec.Torch;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Initialization;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Tests.Initialization;

public sealed class PrincipalInitializationTests
{
    private const int Length = 8000;

    private static readonly EncodecConfig s_config = EncodecConfig.Encodec24Khz with
    {
        Name = "principal",
        SampleRateHz = 8000,
        Filters = 8,
        Ratios = [2, 4, 5],
        Dimension = 48,
        CodebookSize = 16,
        Codebooks = 2,
        LstmLayers = 0,
        BandwidthsKbps = [1.6],
        Padding = PaddingMode.Constant,
    };

    /// <summary>48 latents of every 40 samples are enough for all of the signal; what is missing is the noise of the small random weights.</summary>
    [Theory]
    [InlineData(true, ConvNorm.WeightNorm, 1, false)]
    [InlineData(true, ConvNorm.None, 1, true)]
    [InlineData(false, ConvNorm.WeightNorm, 1, false)]
    [InlineData(true, ConvNorm.WeightNorm, 2, false)]
    public void Apply_FreshNetwork_CarriesTheWaveform(bool causal, ConvNorm norm, int channels, bool trueSkip)
    {
        TestTorch.Require();
        EncodecConfig config = s_config with { Causal = causal, Norm = norm, Channels = channels, Filters = 8 * channels, TrueSkip = trueSkip };
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(config, SplitMix.For(3, 0, 0), centered: true);
        float[] fresh = Reconstruct(network, Signal(channels, 1), channels);
        PrincipalInitialization.Apply(network, TestTorch.From(Signal(channels, 0), 1, channels, Length));
        float[] output = Reconstruct(network, Signal(channels, 1), channels);

        Assert.True(Db(Signal(channels, 1), fresh, channels) < 0, "a random network already carries the signal");
        Assert.InRange(Db(Signal(channels, 1), output, channels), 10, 80);
    }

    [Fact]
    public void Fold_CenteredNetwork_IsTheSameFunctionWithoutCenters()
    {
        TestTorch.Require();
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        using var network = new EncodecNetwork(s_config, SplitMix.For(3, 0, 0), centered: true);
        PrincipalInitialization.Apply(network, TestTorch.From(Signal(1, 0), 1, 1, Length));
        float[] expected = Reconstruct(network, Signal(1, 1), 1);
        Dictionary<string, Tensor> tensors = network.state_dict();
        ChannelCenter.Fold(tensors);
        var state = new StateDict("folded", tensors.ToDictionary(t => t.Key, t => t.Value.ToCheckpointTensor()));
        using var plain = new EncodecNetwork(s_config, SplitMix.For(9, 0, 0));
        plain.Load(state);

        Assert.DoesNotContain(tensors.Keys, ChannelCenter.IsCenter);
        Assert.Equal(plain.state_dict().Keys.Order(), tensors.Keys.Order());
        TestTorch.AssertClose(expected, Reconstruct(plain, Signal(1, 1), 1), 1e-4);
        EncodecModel managed = EncodecModel.Load(s_config, state);
        Assert.Equal(Length, managed.Decode(managed.Encode(new AudioBuffer(Signal(1, 1), 1, 8000), 1.6)).LengthSamples);
    }

    /// <summary>Blocks whose covariance has eigenvectors and eigenvalues that are known.</summary>
    [Fact]
    public void StageOf_KnownSpectrum_FindsTheStrongestComponents()
    {
        TestTorch.Require();
        const int Size = 24;
        const int Kept = 10;
        using var scope = NewDisposeScope();
        double[][] basis = Orthonormal(Size, new SplitMix(7));
        double[] energies = [.. Enumerable.Range(0, Size).Select(i => 100 / Math.Pow(1.7, i))];
        Tensor blocks = TestTorch.From([.. basis.SelectMany((row, i) => row.Select(x => (float)(Math.Sqrt(Size * energies[i]) * x)))], Size, 4, Size / 4);

        PrincipalStage stage = PrincipalStage.Of(ref blocks, 4, Kept);

        Assert.Equal((Kept, Size, 1, Kept), (stage.Components, blocks.shape[0], blocks.shape[1], blocks.shape[2]));
        for (int k = 0; k < Kept; k++)
        {
            Assert.Equal(Math.Sqrt(energies[k]), stage.Deviations[k], 1e-4);
            Assert.Equal(1, Math.Abs(stage.Basis[k].Zip(basis[k], (a, b) => a * b).Sum()), 1e-4);
        }
    }

    private static float[] Reconstruct(EncodecNetwork network, float[] samples, int channels) =>
        TestTorch.Values(network.Decode(network.Encode(TestTorch.From(samples, 1, channels, Length))));

    private static double Db(float[] original, float[] output, int channels) =>
        SiSdr.ComputeDb(new AudioBuffer(original, channels, 8000), new AudioBuffer(output, channels, 8000));

    /// <summary>Noise through a resonance, different in every channel.</summary>
    private static float[] Signal(int channels, int seed)
    {
        var samples = new float[channels * Length];
        var random = new SplitMix((ulong)(100 + seed));
        for (int channel = 0; channel < channels; channel++)
        {
            (double a, double b) = (0, 0);
            for (int t = 0; t < Length; t++)
            {
                (a, b) = ((1.6 * a) - (0.81 * b) + random.NextDouble(-0.1, 0.1), a);
                samples[(channel * Length) + t] = (float)a;
            }
        }

        return samples;
    }

    /// <summary>Gram-Schmidt on random rows.</summary>
    private static double[][] Orthonormal(int size, SplitMix random)
    {
        var rows = new double[size][];
        for (int i = 0; i < size; i++)
        {
            double[] row = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble(-1, 1))];
            for (int j = 0; j < i; j++)
            {
                double along = row.Zip(rows[j], (a, b) => a * b).Sum();
                row = [.. row.Zip(rows[j], (a, b) => a - (along * b))];
            }

            double norm = Math.Sqrt(row.Sum(x => x * x));
            rows[i] = [.. row.Select(x => x / norm)];
        }

        return rows;
    }
}
