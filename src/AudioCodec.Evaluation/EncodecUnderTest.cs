using AudioCodec.Audio;
using AudioCodec.Codecs;

namespace AudioCodec.Evaluation;

/// <summary>A codec of the EnCodec family in an evaluation.</summary>
/// <remarks>The size is that of the version-0 <c>.ecdc</c> file.</remarks>
public sealed class EncodecUnderTest : IEvaluatedCodec
{
    private static readonly CompressionOptions s_packed = new() { FormatVersion = 0, EntropyCoding = false };
    private static readonly CompressionOptions s_entropyCoded = new() { EntropyCoding = true };
    private readonly Codec _codec;
    private readonly bool _withEntropyModel;

    /// <summary>Takes a loaded codec.</summary>
    /// <param name="codec">The codec; shared by all threads, and not disposed.</param>
    /// <param name="ratesKbps">Bandwidths to measure; all of the codec's where it is <see langword="null"/>.</param>
    /// <param name="withEntropyModel">Whether the size with the codec's entropy model (version 1) is measured too.</param>
    /// <exception cref="ConfigException">The codec does not offer a bandwidth, or has no entropy model where one is asked for.</exception>
    /// <exception cref="CheckpointException">The entropy model is damaged, or belongs to other weights.</exception>
    public EncodecUnderTest(Codec codec, IReadOnlyList<double>? ratesKbps = null, bool withEntropyModel = false)
    {
        ArgumentNullException.ThrowIfNull(codec);
        IReadOnlyList<double> offered = codec.Info.BandwidthsKbps;
        RatesKbps = [.. (ratesKbps ?? offered).Distinct().Order()];
        foreach (double rate in RatesKbps.Where(rate => !offered.Contains(rate)))
        {
            throw new ConfigException($"{codec.Info.Name} has no bandwidth of {rate} kbps; it offers {string.Join(", ", offered)}.", "bandwidth");
        }

        if (withEntropyModel && !codec.HasEntropyModel)
        {
            throw new ConfigException($"There is no entropy model of {codec.Info.Name} on this machine.", "entropy model");
        }

        (_codec, _withEntropyModel) = (codec, withEntropyModel);
    }

    /// <inheritdoc/>
    public string Name => _codec.Info.Name;

    /// <inheritdoc/>
    public IReadOnlyList<double> RatesKbps { get; }

    /// <inheritdoc/>
    public bool NeedsAlignment => false;

    /// <inheritdoc/>
    public CodecOutput Process(AudioBuffer audio, double rateKbps, CancellationToken cancellationToken)
    {
        // One thread for a file: the files of an evaluation share the cores.
        EncodedAudio encoded = _codec.Engine.Encode(audio, rateKbps);
        cancellationToken.ThrowIfCancellationRequested();
        return new CodecOutput(_codec.Engine.Decode(encoded), _codec.Write(encoded, Stream.Null, s_packed))
        {
            Codes = [.. encoded.Segments.SelectMany(segment => segment.Codes)],
            Codebooks = encoded.Codebooks,
            CodebookSize = _codec.Info.CodebookSize,
            EntropyCodedBytes = _withEntropyModel ? _codec.Write(encoded, Stream.Null, s_entropyCoded) : null,
        };
    }
}
