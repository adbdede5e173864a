using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Entropy;

namespace AudioCodec.Compression;

/// <summary>A codec with what <c>.ecdc</c> files need beside it; the parts that cost time are made when first asked for.</summary>
/// <param name="model">The codec.</param>
/// <param name="fingerprint">Gives the fingerprint of its checkpoint.</param>
/// <param name="languageModel">Gives its language model, or <see langword="null"/> where there is none.</param>
public sealed class EcdcModel(EncodecModel model, Func<WeightsFingerprint> fingerprint, Func<EntropyModel?> languageModel)
{
    private readonly Lazy<WeightsFingerprint> _fingerprint = new(fingerprint);
    private readonly Lazy<EntropyModel?> _languageModel = new(languageModel);

    /// <summary>The codec.</summary>
    public EncodecModel Model { get; } = model;

    /// <summary>Names the codec's weights.</summary>
    public WeightsFingerprint Fingerprint => _fingerprint.Value;

    /// <summary>Predicts the codec's codes, or <see langword="null"/>.</summary>
    public EntropyModel? LanguageModel => _languageModel.Value;
}
