using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>The convolutional encoder (SEANet).</summary>
internal sealed class SeanetEncoderWeights
{
    public required EncodecConfig Config { get; init; }

    public required ConvWeights First { get; init; }

    /// <summary>Residual units and the strided convolution of each stage.</summary>
    public required IReadOnlyList<(IReadOnlyList<ResidualUnitWeights> Units, ConvWeights Down)> Stages { get; init; }

    public required LstmWeights? Lstm { get; init; }

    public required ConvWeights Last { get; init; }

    /// <summary>Loads <c>encoder.model.*</c>.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <remarks>Source: encodec, modules/seanet.py; the numbers are places in its module list, activations included.</remarks>
    public static SeanetEncoderWeights Load(EncodecConfig config, StateDict source)
    {
        const string Root = "encoder.model";
        int channels = config.Filters;
        ConvWeights first = ConvWeights.Load(
            source, $"{Root}.0", config.Norm, config.Channels, channels, config.KernelSize, 1, 1);
        int place = 1;
        List<(IReadOnlyList<ResidualUnitWeights> Units, ConvWeights Down)> stages = [];
        foreach (int ratio in config.Ratios.Reverse())
        {
            List<ResidualUnitWeights> units = [];
            for (int layer = 0; layer < config.ResidualLayers; layer++)
            {
                units.Add(ResidualUnitWeights.Load(source, $"{Root}.{place++}", config, channels, layer));
            }

            place++;
            stages.Add((units, ConvWeights.Load(
                source, $"{Root}.{place++}", config.Norm, channels, 2 * channels, 2 * ratio, ratio, 1)));
            channels *= 2;
        }

        LstmWeights? lstm = config.LstmLayers == 0
            ? null
            : LstmWeights.Load(source, $"{Root}.{place++}", channels, config.LstmLayers);
        place++;
        return new SeanetEncoderWeights
        {
            Config = config,
            First = first,
            Stages = stages,
            Lstm = lstm,
            Last = ConvWeights.Load(
                source, $"{Root}.{place}", config.Norm, channels, config.Dimension, config.LastKernelSize, 1, 1),
        };
    }
}
