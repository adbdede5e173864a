using System.Text.Json.Serialization;
using AudioCodec.Codecs;

namespace AudioCodec.Training.Tokenizing;

/// <summary>What became of a file.</summary>
/// <param name="Path">Its path below the corpus.</param>
/// <param name="LengthSamples">Samples per channel at the codec's rate.</param>
/// <param name="Frames">Frames in all segments.</param>
/// <param name="Error">Why it has no codes, or <see langword="null"/>.</param>
/// <param name="Warnings">Irregularities of the audio.</param>
internal sealed record TokenizedFile(string Path, long LengthSamples, long Frames, string? Error, IReadOnlyList<string> Warnings)
{
    /// <summary>Its codes, where it has any.</summary>
    [JsonIgnore]
    public EncodedAudio? Codes { get; init; }
}
