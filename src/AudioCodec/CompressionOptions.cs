using System.Collections.ObjectModel;
using AudioCodec.Audio;

namespace AudioCodec;

/// <summary>How audio is compressed; options that are not set follow from the model.</summary>
public sealed record CompressionOptions
{
    /// <summary>Bandwidth, kbit/s: one of <see cref="CodecInfo.BandwidthsKbps"/>; <see langword="null"/> for <see cref="CodecInfo.DefaultBandwidthKbps"/>.</summary>
    public double? BandwidthKbps { get; init; }

    /// <summary>
    /// Whether codes are entropy-coded with the codec's language model: smaller, slower, the same audio. <see langword="null"/> to do so where the
    /// codec has such a model, except for the published EnCodec models, whose files then stay readable by the reference.
    /// </summary>
    public bool? EntropyCoding { get; init; }

    /// <summary>
    /// Version of the format: 0, the reference's, or 1 with checksums, index and tags. <see langword="null"/> for 0 with the published EnCodec
    /// models, unless entropy coding or tags are asked for, and 1 with others.
    /// </summary>
    public int? FormatVersion { get; init; }

    /// <summary>Texts to store in the file (version 1), such as <c>title</c>; an <see cref="OrderedDictionary{TKey, TValue}"/> keeps their order.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Length of a chunk of a version-1 file, seconds; shorter chunks seek faster and take more bytes. <see langword="null"/> for 2 s, or one segment.</summary>
    public double? ChunkSeconds { get; init; }

    /// <summary>Candidates that the quantizer keeps per frame, 1 (greedy, as the reference) to 64; <see langword="null"/> for the model's own.</summary>
    public int? SearchWidth { get; init; }

    /// <summary>Format of raw samples without a header; <see langword="null"/> for files that state theirs.</summary>
    public RawPcmFormat? InputFormat { get; init; }
}
