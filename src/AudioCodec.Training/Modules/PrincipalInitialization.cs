using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AudioCodec.Training.Modules;

/// <summary>Starts a codec as a transform codec: a cascade of principal-component transforms of blocks, and its inverse.</summary>
/// <remarks>
/// A network of random weights first has to learn to carry a waveform through its strides, which takes thousands of steps. Here every
/// strided convolution takes the principal components of the block that its stride covers (a Karhunen-Loeve transform in stages), the
/// transposed convolutions undo it, and what the latents hold comes back at once. Components travel in the first channels of each
/// layer, lifted by an offset so that ELU passes them unchanged; the other channels, the taps outside the block and the residual
/// branches start with small random values and are what training works with. The last channel of each decoder layer is constant: it
/// carries the offsets that differ from sample to sample of a block.
/// </remarks>
internal sealed class PrincipalInitialization
{
    /// <summary>Size of the random weights beside the components, in that of a layer of random weights.</summary>
    private const double Spread = 0.05;

    /// <summary>Size left to residual branches.</summary>
    private const double Branch = 0.1;

    /// <summary>Latents are scaled by deviation^-this: the quantizer shall hear weak components too.</summary>
    private const double LatentFlattening = 0.25;

    private readonly ParameterSet _set;
    private readonly EncodecConfig _config;

    private PrincipalInitialization(ParameterSet set, EncodecConfig config) => (_set, _config) = (set, config);

    /// <summary>Overwrites a network's weights.</summary>
    /// <param name="network">A fresh network without normalization of activations.</param>
    /// <param name="audio">[N, C, T] of the kind of audio it is for; T a multiple of the hop.</param>
    public static void Apply(EncodecNetwork network, Tensor audio)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        new PrincipalInitialization(network.Tensors, network.Config).Run(audio.cpu());
    }

    private void Run(Tensor audio)
    {
        Tensor samples = audio.permute(0, 2, 1).contiguous();
        var stages = new List<PrincipalStage> { PrincipalStage.Signal(_config.Channels, samples.square().mean().sqrt().ToDouble()) };
        int channels = _config.Filters;
        foreach (int ratio in _config.Ratios.Reverse())
        {
            channels *= 2;

            // A quarter of the channels is left to what is not linear.
            int most = stages.Count == _config.Ratios.Count ? Math.Min(channels * 3 / 4, _config.Dimension) : channels * 3 / 4;
            stages.Add(PrincipalStage.Of(ref samples, ratio, most));
        }

        double[] latent = PrincipalStage.Flatten(stages[^1].Deviations, LatentFlattening);
        Encoder(stages, latent);
        Decoder(stages, latent);
    }

    private void Encoder(List<PrincipalStage> stages, double[] latent)
    {
        int index = 0;
        string Next() => $"encoder.model.{index++}";
        PrincipalStage signal = stages[0];
        var first = new LinearLayer(_set, Next() + ".conv.conv");
        first.Multiply(1 / signal.Deviations[0]);
        first.Shrink(signal.Components, Spread);
        for (int c = 0; c < signal.Components; c++)
        {
            first.Add(c, c, Left(_config.KernelSize, 1), signal.Scales[c]);
        }

        double[] offsets = Offsets(signal, _config.Filters);
        first.Write(new double[_config.Channels], offsets);
        for (int stage = 1; stage < stages.Count; stage++)
        {
            index = ResidualUnits("encoder", index, offsets, constant: -1) + 1;
            int stride = _config.Ratios[^stage];
            var down = new LinearLayer(_set, Next() + ".conv.conv");
            down.Shrink(stages[stage].Components, Spread);
            EachEntry(stages[stage], stages[stage - 1], (k, i, j, weight) =>
                down.Add(k, i, Left(2 * stride, stride) + j, weight * stages[stage].Scales[k] / stages[stage - 1].Scales[i]));
            double[] lifted = Offsets(stages[stage], _config.Filters << stage);
            down.Write(offsets, lifted);
            offsets = lifted;
        }

        index += _config.LstmLayers > 0 ? 2 : 1;
        var last = new LinearLayer(_set, Next() + ".conv.conv");
        last.Shrink(latent.Length, Spread);
        for (int k = 0; k < latent.Length; k++)
        {
            last.Add(k, k, Left(_config.LastKernelSize, 1), latent[k] / stages[^1].Scales[k]);
        }

        last.Write(offsets, new double[_config.Dimension]);
    }

    private void Decoder(List<PrincipalStage> stages, double[] latent)
    {
        int index = 0;
        string Next() => $"decoder.model.{index++}";
        int channels = _config.Filters << _config.Ratios.Count;
        var first = new LinearLayer(_set, Next() + ".conv.conv");
        first.Shrink(latent.Length, Spread);
        for (int k = 0; k < latent.Length; k++)
        {
            first.Add(k, k, Left(_config.KernelSize, 1), stages[^1].Scales[k] / latent[k]);
        }

        first.Silence(channels - 1);
        double[] offsets = Offsets(stages[^1], channels);
        offsets[^1] = 1;
        first.Write(new double[_config.Dimension], offsets);
        index += _config.LstmLayers > 0 ? 1 : 0;
        for (int stage = stages.Count - 1; stage > 0; stage--)
        {
            (PrincipalStage from, PrincipalStage to) = (stages[stage], stages[stage - 1]);
            (int stride, int half) = (_config.Ratios[^stage], _config.Filters << (stage - 1));
            index++;
            var up = new TransposedLayer(_set, Next() + ".convtr.convtr");
            up.Shrink(to.Components, Spread);
            int skip = _config.Causal ? 0 : stride - (stride / 2);
            EachEntry(from, to, (k, i, j, weight) => up.Add(k, i, skip + j, weight * to.Scales[i] / from.Scales[k]));
            double[] lifted = Offsets(to, half);
            lifted[^1] = 1;
            up.Write(offsets, lifted);
            index = ResidualUnits("decoder", index, lifted, constant: half - 1);
            offsets = lifted;
        }

        index++;
        var last = new LinearLayer(_set, Next() + ".conv.conv");
        last.Shrink(_config.Channels, Spread);
        for (int c = 0; c < _config.Channels; c++)
        {
            last.Add(c, c, Left(_config.LastKernelSize, 1), 1 / stages[0].Scales[c]);
        }

        last.Write(offsets, new double[_config.Channels]);
    }

    /// <summary>Shortcuts pass their input on, branches start small.</summary>
    /// <returns>Index of the layer after the units.</returns>
    private int ResidualUnits(string part, int index, double[] offsets, int constant)
    {
        for (int unit = 0; unit < _config.ResidualLayers; unit++, index++)
        {
            string prefix = $"{part}.model.{index}";
            if (!_config.TrueSkip)
            {
                var shortcut = new LinearLayer(_set, prefix + ".shortcut.conv.conv");
                shortcut.Shrink(offsets.Length, Spread);
                if (constant >= 0)
                {
                    shortcut.Silence(constant);
                }

                for (int c = 0; c < offsets.Length; c++)
                {
                    shortcut.Add(c, c, 0, 1);
                }

                shortcut.Write(offsets, offsets);
            }

            new LinearLayer(_set, prefix + ".block.1.conv.conv").Write(offsets, new double[offsets.Length / _config.Compress]);
            var branch = new LinearLayer(_set, prefix + ".block.3.conv.conv");
            branch.Shrink(offsets.Length, Branch);
            if (constant >= 0)
            {
                branch.Silence(constant);
            }

            branch.Write(new double[offsets.Length / _config.Compress], new double[offsets.Length]);
        }

        return index;
    }

    private static double[] Offsets(PrincipalStage stage, int channels) =>
        [.. Enumerable.Range(0, channels).Select(c => c < stage.Components ? stage.Offset(c) : 0)];

    private static void EachEntry(PrincipalStage stage, PrincipalStage inner, Action<int, int, int, double> entry)
    {
        for (int k = 0; k < stage.Components; k++)
        {
            for (int column = 0; column < stage.Basis[k].Length; column++)
            {
                entry(k, column % inner.Components, column / inner.Components, stage.Basis[k][column]);
            }
        }
    }

    /// <summary>Samples that a convolution is padded with on the left: the tap of the present sample, or of a block's first.</summary>
    private int Left(int kernel, int stride)
    {
        int total = kernel - stride;
        return _config.Causal ? total : total - (total / 2);
    }

    /// <summary>Weights [rows, columns, taps] of a layer under change.</summary>
    private abstract class Layer
    {
        private readonly ParameterSet _set;
        private readonly string _prefix;

        protected Layer(ParameterSet set, string prefix)
        {
            (_set, _prefix) = (set, prefix);
            CheckpointTensor fresh = ParameterSet.ToCheckpointTensor(set[Direction]);
            (Shape, Weights) = (fresh.Shape.ToArray(), [.. fresh.Values.ToArray().Select(v => (double)v)]);
        }

        protected int[] Shape { get; }

        protected double[] Weights { get; }

        private string Direction => _set.Names.Contains(_prefix + ".weight_v") ? _prefix + ".weight_v" : _prefix + ".weight";

        public void Add(int row, int column, int tap, double weight) => Weights[At(row, column, tap)] += weight;

        protected int At(int row, int column, int tap) => (((row * Shape[1]) + column) * Shape[2]) + tap;

        /// <summary>Stores weights and bias; a row of zeros keeps its direction and gets a gain of zero.</summary>
        protected void Store(double[] center, double[] bias)
        {
            int row = Shape[1] * Shape[2];
            float[] values = [.. Weights.Select(w => (float)w)];
            if (Direction.EndsWith("_v", StringComparison.Ordinal))
            {
                float[] gains = [.. Enumerable.Range(0, Shape[0]).Select(r => TensorPrimitives.Norm<float>(values.AsSpan(r * row, row)))];
                foreach (int r in Enumerable.Range(0, Shape[0]).Where(r => gains[r] == 0))
                {
                    values.AsSpan(r * row, row).Fill(1);
                }

                Copy(_prefix + ".weight_g", gains);
            }

            Copy(Direction, values);
            Copy(_prefix + ".bias", [.. bias.Select(b => (float)b)]);
            Copy(ChannelCenter.NameOf(_prefix), [.. center.Select(c => (float)c)]);
        }

        private void Copy(string name, float[] values) =>
            _set[name].copy_(tensor(values, _set[name].shape, dtype: null, device: _set.Device));
    }

    /// <summary>A convolution: [out, in, taps].</summary>
    private sealed class LinearLayer(ParameterSet set, string prefix) : Layer(set, prefix)
    {
        /// <summary>Makes the random weights of the first rows small.</summary>
        public void Shrink(int rows, double factor) => TensorPrimitives.Multiply(
            Weights.AsSpan(0, rows * Shape[1] * Shape[2]), factor, Weights.AsSpan(0, rows * Shape[1] * Shape[2]));

        public void Multiply(double factor) => TensorPrimitives.Multiply(Weights, factor, Weights);

        public void Silence(int row) => Weights.AsSpan(row * Shape[1] * Shape[2], Shape[1] * Shape[2]).Clear();

        /// <summary>Stores the layer: its inputs are centered, its outputs lifted.</summary>
        public void Write(double[] offsetsIn, double[] offsetsOut) => Store(offsetsIn, offsetsOut);
    }

    /// <summary>A transposed convolution: [in, out, taps].</summary>
    private sealed class TransposedLayer(ParameterSet set, string prefix) : Layer(set, prefix)
    {
        /// <summary>Makes the random weights towards the first outputs small.</summary>
        public void Shrink(int outputs, double factor) => Each((i, o, tap) => Weights[At(i, o, tap)] *= o < outputs ? factor : 1);

        /// <summary>Stores the layer: its inputs are centered, and the last output is constant.</summary>
        public void Write(double[] offsetsIn, double[] offsetsOut)
        {
            int constant = Shape[0] - 1;
            Each((i, o, tap) =>
            {
                if (o == Shape[1] - 1 || i == constant)
                {
                    Weights[At(i, o, tap)] = 0;
                }
            });
            Store([.. offsetsIn[..constant], 0], offsetsOut);
        }

        private void Each(Action<int, int, int> entry)
        {
            for (int i = 0; i < Shape[0]; i++)
            {
                for (int o = 0; o < Shape[1]; o++)
                {
                    for (int tap = 0; tap < Shape[2]; tap++)
                    {
                        entry(i, o, tap);
                    }
                }
            }
        }
    }
}
