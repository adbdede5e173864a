using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Seanet;

/// <summary>A convolution or transposed convolution with its normalization and padding.</summary>
/// <param name="Name">Official name of its module, such as <c>encoder.model.3</c> or <c>encoder.model.1.block.1</c>.</param>
internal sealed record ConvLayer(string Name) : SeanetLayer(Name)
{
    public required int InputChannels { get; init; }

    public required int OutputChannels { get; init; }

    /// <summary>Taps of the kernel.</summary>
    public required int Kernel { get; init; }

    /// <summary>Downsampling factor, or upsampling factor of a transposed convolution.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Distance between taps.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Whether it is a transposed convolution, which upsamples. Its normalization comes before its trimming.</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether ELU is applied to its input.</summary>
    public bool AfterElu { get; init; }

    public required ConvNorm Norm { get; init; }

    /// <summary>Whether the output depends on the past only.</summary>
    public required bool Causal { get; init; }

    public required PaddingMode Padding { get; init; }

    /// <summary>Input samples that one output sample sees.</summary>
    public int Reach => ((Kernel - 1) * Dilation) + 1;

    /// <summary>Input samples added before the first.</summary>
    public int PadLeft => Overlap - PadRight;

    /// <summary>Input samples added after the last, without those that complete the last output sample.</summary>
    public int PadRight => Causal ? 0 : Overlap / 2;

    /// <summary>Output samples of a transposed convolution that are cut at the start.</summary>
    public int TrimLeft => Overlap - TrimRight;

    /// <summary>Output samples of a transposed convolution that are cut at the end.</summary>
    public int TrimRight => Causal ? Overlap : Overlap / 2;

    /// <summary>Official name of the convolution itself, which precedes <c>weight_v</c>.</summary>
    public string ConvName => Transposed ? $"{Name}.convtr.convtr" : $"{Name}.conv.conv";

    /// <summary>Official name of its group norm, which exists with <see cref="ConvNorm.TimeGroupNorm"/> only.</summary>
    public string NormName => Transposed ? $"{Name}.convtr.norm" : $"{Name}.conv.norm";

    /// <summary>Shape of the weight: [out, in, kernel], or [in, out, kernel] of a transposed convolution.</summary>
    public int[] WeightShape => Transposed ? [InputChannels, OutputChannels, Kernel] : [OutputChannels, InputChannels, Kernel];

    /// <inheritdoc/>
    public override IEnumerable<(string Name, int[] Shape)> Tensors
    {
        get
        {
            yield return ($"{ConvName}.bias", [OutputChannels]);
            if (Norm == ConvNorm.WeightNorm)
            {
                yield return ($"{ConvName}.weight_g", [WeightShape[0], 1, 1]);
                yield return ($"{ConvName}.weight_v", WeightShape);
                yield break;
            }

            yield return ($"{ConvName}.weight", WeightShape);
            if (Norm == ConvNorm.TimeGroupNorm)
            {
                yield return ($"{NormName}.weight", [OutputChannels]);
                yield return ($"{NormName}.bias", [OutputChannels]);
            }
        }
    }

    // The overlap of neighbouring windows: the total padding, or the total trimming.
    private int Overlap => Reach - Stride;
}
