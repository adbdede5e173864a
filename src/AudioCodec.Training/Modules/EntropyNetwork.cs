using AudioCodec.Entropy;
using AudioCodec.Numerics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Training.Modules;

/// <summary>The entropy coder's language model over one set of named tensors: the trainable twin of <see cref="EntropyModel"/>.</summary>
/// <remarks>
/// Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), section 3.3. Only the embeddings and heads of the codebooks in use
/// are computed.
/// </remarks>
public sealed class EntropyNetwork : IDisposable
{
    private readonly EntropyNetworkLayer[] _layers;
    private readonly Tensor[] _embeddings;
    private readonly (Tensor Weight, Tensor Bias)[] _heads;
    private readonly (Tensor Gain, Tensor Bias) _inputNorm;

    /// <summary>Builds a network with fresh values.</summary>
    /// <param name="config">Architecture.</param>
    /// <param name="seed">Seed of the values.</param>
    /// <param name="device">Where it lives.</param>
    public EntropyNetwork(EntropyModelConfig config, long seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config = config.Validated();
        Tensors = new ParameterSet(SplitMix.For(seed, 0, 0), device);
        int width = config.Dimension;
        _inputNorm = EntropyNetworkLayer.Norm(Tensors, "transformer.norm_in", width);
        _layers = [.. Enumerable.Range(0, config.Layers).Select(i => new EntropyNetworkLayer(Tensors, $"transformer.layers.{i}", config))];
        _embeddings = [.. Enumerable.Range(0, config.Codebooks).Select(k => Tensors.Parameter(
            $"emb.{k}.weight", Tensors.Uniform((config.CodebookSize + 1L) * width, 1), config.CodebookSize + 1, width))];
        _heads = [.. Enumerable.Range(0, config.Codebooks).Select(
            k => EntropyNetworkLayer.Linear(Tensors, $"linears.{k}.weight", $"linears.{k}.bias", config.CodebookSize, width))];
    }

    /// <summary>Architecture.</summary>
    public EntropyModelConfig Config { get; }

    /// <summary>All tensors by their official names.</summary>
    public ParameterSet Tensors { get; }

    /// <summary>What the transformer makes of the codes before each step.</summary>
    /// <param name="previous">[K, B, T] 64-bit integers: the code of the step before plus 1, and 0 where there is none; K may be less than all codebooks.</param>
    /// <param name="dropout">Probability that a channel of a residual branch is dropped; 0 for none.</param>
    /// <returns>[B * T, D].</returns>
    public Tensor Forward(Tensor previous, double dropout = 0)
    {
        ArgumentNullException.ThrowIfNull(previous);
        (long codebooks, long batch, long steps) = (previous.shape[0], previous.shape[1], previous.shape[2]);
        Tensor[] indices = previous.reshape(codebooks, batch * steps).unbind(0);
        Tensor x = _embeddings[0].index_select(0, indices[0]);
        for (int k = 1; k < codebooks; k++)
        {
            x = x + _embeddings[k].index_select(0, indices[k]);
        }

        x = functional.layer_norm(x, [Config.Dimension], _inputNorm.Gain, _inputNorm.Bias);
        x = (x.view(batch, steps, Config.Dimension) + Positions(steps)).view(batch * steps, Config.Dimension);
        x = Drop(x, batch, dropout);
        Tensor mask = Mask(steps);
        foreach (EntropyNetworkLayer layer in _layers)
        {
            x = layer.Forward(x, batch, steps, mask, dropout);
        }

        return x;
    }

    /// <summary>Logits of one codebook: [M, D] to [M, N].</summary>
    public Tensor Logits(Tensor hidden, int codebook) =>
        EntropyNetworkLayer.Apply(Tensors, hidden, _heads[codebook].Weight, _heads[codebook].Bias);

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => Tensors.Dispose();

    /// <summary>Dropout of whole channels, the same ones at all steps of an item: drawing a number for each value would cost a sixth of a step.</summary>
    /// <param name="x">[B * T, C].</param>
    /// <param name="batch">Items B.</param>
    /// <param name="probability">Probability of a channel to be dropped; 0 leaves the graph as it is.</param>
    internal static Tensor Drop(Tensor x, long batch, double probability)
    {
        if (probability <= 0)
        {
            return x;
        }

        (long rows, long channels) = (x.shape[0], x.shape[1]);
        Tensor kept = functional.dropout(ones([batch, 1, channels], device: x.device), probability, training: true);
        return (x.view(batch, rows / batch, channels) * kept).view(rows, channels);
    }

    /// <summary>[T, D]: cosines, then sines, of the step over 10000^(i / (half - 1)).</summary>
    private Tensor Positions(long steps)
    {
        int half = Config.Dimension / 2;
        var values = new float[steps * Config.Dimension];
        for (long step = 0; step < steps; step++)
        {
            for (int i = 0; i < half; i++)
            {
                double phase = step / Math.Pow(10000, i / Math.Max(1.0, half - 1));
                values[(step * Config.Dimension) + i] = (float)Math.Cos(phase);
                values[(step * Config.Dimension) + half + i] = (float)Math.Sin(phase);
            }
        }

        return tensor(values, [steps, Config.Dimension], dtype: null, device: Tensors.Device);
    }

    /// <summary>[T, T + 1]: 0 where a step attends, minus infinity where it does not. Column 0 is the zero input that stands before step 0.</summary>
    private Tensor Mask(long steps)
    {
        var values = new float[steps * (steps + 1)];
        for (long step = 0; step < steps; step++)
        {
            for (long column = 0; column <= steps; column++)
            {
                bool attends = column <= step + 1 && column >= step + 1 - Config.Window;
                values[(step * (steps + 1)) + column] = attends ? 0 : float.NegativeInfinity;
            }
        }

        return tensor(values, [steps, steps + 1], dtype: null, device: Tensors.Device);
    }
}
