using AudioCodec.Bitstream;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>The codes of one segment.</summary>
/// <param name="Scale">The segment's scale; 1 where the model has none.</param>
/// <param name="Codes">[F, K] frame-major.</param>
internal sealed record CodeSegment(float Scale, ushort[] Codes);

/// <summary>All codes of a piece of audio.</summary>
/// <param name="Model">Name of the model, or <see langword="null"/> where the file does not state it.</param>
/// <param name="LengthSamples">Samples per channel, or <see langword="null"/>.</param>
/// <param name="Codebooks">Codes per frame K.</param>
/// <param name="HasScale">Whether the model stores scales.</param>
/// <param name="Segments">The segments in order.</param>
internal sealed record CodeArray(string? Model, long? LengthSamples, int Codebooks, bool HasScale, IReadOnlyList<CodeSegment> Segments)
{
    /// <summary>Frames of all segments.</summary>
    public long Frames => Segments.Sum(segment => (long)segment.Codes.Length / Codebooks);

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="BitstreamException">The stream is damaged.</exception>
    public static CodeArray Read(IEcdcReader reader)
    {
        var segments = new List<CodeSegment>();
        var block = new ushort[1024 * reader.Codebooks];
        while (reader.TryNextSegment(out EcdcSegment segment))
        {
            // Grown by what arrives: a damaged header may promise more than the file holds.
            var codes = new List<ushort>();
            for (int frames = reader.ReadFrames(block); frames > 0; frames = reader.ReadFrames(block))
            {
                codes.AddRange(block.AsSpan(0, frames * reader.Codebooks));
            }

            segments.Add(new CodeSegment(segment.Scale(reader.Geometry), [.. codes]));
        }

        return new CodeArray(
            reader.Geometry.Model, reader.LengthSamples, reader.Codebooks, reader.Geometry.HasScale, segments);
    }

    /// <summary>Checks that the codes are a piece of that length of that model.</summary>
    /// <exception cref="UsageException">They are not.</exception>
    public void RequireFit(EcdcGeometry geometry, long lengthSamples, string path)
    {
        if (Codebooks > geometry.Codebooks)
        {
            throw new UsageException($"'{path}' has {Codebooks} codebooks; model '{geometry.Model}' has {geometry.Codebooks}.");
        }

        if (lengthSamples < 0 || Segments.Count != geometry.SegmentCount(lengthSamples))
        {
            throw new UsageException(
                $"'{path}' has {Segments.Count} segments; {lengthSamples} samples of model '{geometry.Model}' have "
                + $"{geometry.SegmentCount(Math.Max(0, lengthSamples))}. State the length with --length, or use .safetensors for models with segments.");
        }

        for (int i = 0; i < Segments.Count; i++)
        {
            long expected = geometry.FrameCount(geometry.SegmentLength(i, lengthSamples));
            long found = Segments[i].Codes.Length / Codebooks;
            if (found != expected)
            {
                throw new UsageException($"Segment {i} of '{path}' has {found} frames; {lengthSamples} samples need {expected}.");
            }

            int place = Segments[i].Codes.AsSpan().IndexOfAnyExceptInRange((ushort)0, (ushort)((1 << geometry.BitsPerCode) - 1));
            if (place >= 0)
            {
                throw new UsageException(
                    $"Code {Segments[i].Codes[place]} in segment {i} of '{path}': the codebooks of '{geometry.Model}' have {1 << geometry.BitsPerCode} entries.");
            }
        }
    }
}
