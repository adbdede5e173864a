using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs;

/// <summary>The convolutional decoder (SEANet).</summary>
internal sealed class SeanetDecoderWeights
{
    public required EncodecConfig Config { get; init; }

    public required ConvWeights First { get; init; }

    public required LstmWeights? Lstm { get; init; }

    /// <summary>The transposed convolution and residual units of each stage.</summary>
    public required IReadOnlyList<(ConvTransposeWeights Up, IReadOnlyList<ResidualUnitWeights> Units)> Stages { get; init; }

    public required ConvWeights Last { get; init; }

    /// <summary>Loads <c>decoder.model.*</c>.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <remarks>Source: encodec, modules/seanet.py; the numbers are places in its module list, activations included.</remarks>
    public static SeanetDecoderWeights Load(EncodecConfig config, StateDict source)
    {
        const string Root = "decoder.model";
        int channels = config.Filters << config.Ratios.Count;
        ConvWeights first = ConvWeights.Load(
            source, $"{Root}.0", config.Norm, config.Dimension, channels, config.KernelSize, 1, 1);
        int place = 1;
        LstmWeights? lstm = config.LstmLayers == 0
            ? null
            : LstmWeights.Load(source, $"{Root}.{place++}", channels, config.LstmLayers);
        List<(ConvTransposeWeights Up, IReadOnlyList<ResidualUnitWeights> Units)> stages = [];
        foreach (int ratio in config.Ratios)
        {
            place++;
            ConvTransposeWeights up = ConvTransposeWeights.Load(
                source, $"{Root}.{place++}", config.Norm, channels, channels / 2, ratio);
            channels /= 2;
            List<ResidualUnitWeights> units = [];
            for (int layer = 0; layer < config.ResidualLayers; layer++)
            {
                units.Add(ResidualUnitWeights.Load(source, $"{Root}.{place++}", config, channels, layer));
            }

            stages.Add((up, units));
        }

        place++;
        return new SeanetDecoderWeights
        {
            Config = config,
            First = first,
            Lstm = lstm,
            Stages = stages,
            Last = ConvWeights.Load(
                source, $"{Root}.{place}", config.Norm, channels, config.Channels, config.LastKernelSize, 1, 1),
        };
    }
}
