using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;

namespace AudioCodec.Evaluation;

/// <summary>A codec of the EnCodec family in an evaluation.</summary>
/// <remarks>The size is that of the version-0 <c>.ecdc</c> file, which is made in memory.</remarks>
public sealed class EncodecUnderTest : IEvaluatedCodec
{
    private readonly ICodecEngine _model;
    private readonly Func<EncodedAudio, long>? _entropyCodedBytes;

    /// <summary>Takes a loaded model.</summary>
    /// <param name="model">The model; shared by all threads.</param>
    /// <param name="ratesKbps">Bandwidths to measure; all of the model's where it is <see langword="null"/>.</param>
    /// <param name="entropyCodedBytes">Size of the file with the entropy model, where there is one; called from several threads.</param>
    /// <exception cref="ConfigException">The model does not offer a bandwidth.</exception>
    public EncodecUnderTest(ICodecEngine model, IReadOnlyList<double>? ratesKbps = null, Func<EncodedAudio, long>? entropyCodedBytes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        RatesKbps = [.. (ratesKbps ?? model.Config.BandwidthsKbps).Distinct().Order()];
        foreach (double rate in RatesKbps)
        {
            if (!model.Config.BandwidthsKbps.Contains(rate))
            {
                throw new ConfigException($"{model.Config.Name} has no bandwidth of {rate} kbps; it offers {string.Join(", ", model.Config.BandwidthsKbps)}.", "bandwidth");
            }
        }

        (_model, _entropyCodedBytes) = (model, entropyCodedBytes);
    }

    /// <inheritdoc/>
    public string Name => _model.Config.Name;

    /// <inheritdoc/>
    public IReadOnlyList<double> RatesKbps { get; }

    /// <inheritdoc/>
    public bool NeedsAlignment => false;

    /// <inheritdoc/>
    public CodecOutput Process(AudioBuffer audio, double rateKbps, CancellationToken cancellationToken)
    {
        EncodedAudio encoded = _model.Encode(audio, rateKbps);
        cancellationToken.ThrowIfCancellationRequested();
        return new CodecOutput(_model.Decode(encoded), FileBytes(encoded))
        {
            Codes = [.. encoded.Segments.SelectMany(segment => segment.Codes)],
            Codebooks = encoded.Codebooks,
            CodebookSize = _model.Config.CodebookSize,
            EntropyCodedBytes = _entropyCodedBytes?.Invoke(encoded),
        };
    }

    private long FileBytes(EncodedAudio encoded)
    {
        using var stream = new MemoryStream();
        using (var writer = new EcdcV0Writer(stream, _model.Config.ToEcdcGeometry(), encoded.LengthSamples, encoded.Codebooks, leaveOpen: true))
        {
            foreach (EncodedSegment segment in encoded.Segments)
            {
                writer.BeginSegment(segment.Scale);
                writer.WriteFrames(segment.Codes);
            }

            writer.Complete();
        }

        return stream.Length;
    }
}
