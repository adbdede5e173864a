using AudioCodec.Torch.Generation;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Captions as the transformer takes them.</summary>
internal interface ICaptionEncoder : IDisposable
{
    /// <summary>Encodes the captions of a batch.</summary>
    /// <param name="captions">Captions; <see langword="null"/> for rows without.</param>
    /// <param name="dropout">Probability of dropout; 0 outside training.</param>
    /// <returns><see langword="null"/> where no row has a caption.</returns>
    TextCondition? Encode(IReadOnlyList<string?> captions, double dropout);
}
