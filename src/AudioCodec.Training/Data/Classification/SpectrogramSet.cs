namespace AudioCodec.Training.Data.Classification;

/// <summary>The spectrograms of one recording.</summary>
/// <param name="Source">The recording.</param>
/// <param name="Versions">[F, bands] each, log10 power relative to its loudest point: the recording, then its coded versions. A background has the first only.</param>
internal sealed record SpectrogramSet(LabelledClip Source, IReadOnlyList<float[]> Versions);
