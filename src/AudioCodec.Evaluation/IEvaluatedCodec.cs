using AudioCodec.Audio;

namespace AudioCodec.Evaluation;

/// <summary>A codec that an evaluation measures, at a list of rates.</summary>
public interface IEvaluatedCodec
{
    /// <summary>Name in tables and plots.</summary>
    string Name { get; }

    /// <summary>Nominal rates to measure, kbit/s, ascending.</summary>
    IReadOnlyList<double> RatesKbps { get; }

    /// <summary>Whether the decoded audio may lie earlier or later than the original, so that it is aligned before it is measured.</summary>
    bool NeedsAlignment { get; }

    /// <summary>Encodes and decodes a piece of audio; may be called from several threads at once.</summary>
    /// <param name="audio">The original, at the rate and with the channels of the evaluation.</param>
    /// <param name="rateKbps">One of <see cref="RatesKbps"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    CodecOutput Process(AudioBuffer audio, double rateKbps, CancellationToken cancellationToken);
}

/// <summary>Output of a codec for one piece of audio.</summary>
/// <param name="Decoded">The audio after decoding, at the original's rate and channels; its length may differ.</param>
/// <param name="FileBytes">Size of the encoded file, container included.</param>
public sealed record CodecOutput(AudioBuffer Decoded, long FileBytes)
{
    /// <summary>[F, K] frame-major codes, where the codec has codebooks.</summary>
    public ushort[]? Codes { get; init; }

    /// <summary>Codebooks K in <see cref="Codes"/>.</summary>
    public int Codebooks { get; init; }

    /// <summary>Entries of each codebook.</summary>
    public int CodebookSize { get; init; }

    /// <summary>Size of the file with the entropy model, where there is one.</summary>
    public long? EntropyCodedBytes { get; init; }
}
