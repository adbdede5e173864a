using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Entropy;
using AudioCodec.Tests.Entropy;

namespace AudioCodec.Tests.Bitstream;

/// <summary>Small version-1 files for tests, and what they hold.</summary>
internal static class EcdcV1Samples
{
    public const int Codebooks = 3;

    public static EcdcGeometry Plain { get; } = new()
    {
        Model = "tiny",
        SampleRateHz = 8000,
        Channels = 1,
        FrameRateHz = 1000,
        HopSamples = 8,
        BitsPerCode = 5,
        Codebooks = 4,
    };

    /// <summary>Segments of 400 samples (50 frames) every 392.</summary>
    public static EcdcGeometry Segmented { get; } = Plain with { Model = "tiny_stereo", Channels = 2, SegmentSamples = 400, SegmentStrideSamples = 392, HasScale = true };

    public static byte[] CodecFingerprint { get; } = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    public static EntropyChunkCoder Coder() => new(FormulaModels.Tiny, 3);

    public static EcdcGeometry Geometry(bool segmented) => segmented ? Segmented : Plain;

    /// <summary>Codes that the tiny model finds likely, or any where <paramref name="likely"/> is false.</summary>
    public static ushort[] Codes(int frames, int seed, bool likely)
    {
        if (!likely)
        {
            return FormulaModels.RandomCodes(frames, Codebooks, 32, seed);
        }

        var random = new byte[frames * 4];
        new Random(seed).NextBytes(random);
        var drawn = new CodedChunk(random, [frames], new ushort[frames * Codebooks]);
        new EntropyChunkCoder(FormulaModels.Tiny, 1).Decode([drawn], Codebooks);
        return drawn.Codes;
    }

    public static byte[] Write(bool segmented, bool lm, long length, int seed, double chunkSeconds = 0.1, bool likely = true)
    {
        using var stream = new MemoryStream();
        using var writer = new EcdcV1Writer(new PipeStream(stream), Settings(segmented, lm) with { LengthSamples = length, ChunkSeconds = chunkSeconds });
        Fill(writer, length, seed, likely);
        writer.Complete();
        return stream.ToArray();
    }

    public static EcdcV1Settings Settings(bool segmented, bool lm) => new()
    {
        Geometry = Geometry(segmented),
        Codebooks = Codebooks,
        CodecFingerprint = CodecFingerprint,
        Coder = lm ? Coder() : null,
        OriginalSampleRateHz = 16000,
        OriginalChannels = 2,
        OriginalLengthSamples = 12345,
        Tags = new EcdcTags().Set("title", "Stück 1").Set("artist", "No one"),
    };

    public static void Fill(IEcdcWriter writer, long length, int seed, bool likely)
    {
        foreach ((uint scale, ushort[] codes) in Segments(writer.Geometry, length, seed, likely))
        {
            writer.BeginSegment(scale);
            for (int at = 0, frames = 1; at < codes.Length; frames = (frames * 3 % 97) + 1)
            {
                int taken = Math.Min(frames * Codebooks, codes.Length - at);
                writer.WriteFrames(codes.AsSpan(at, taken));
                at += taken;
            }
        }
    }

    public static List<(uint Scale, ushort[] Codes)> Segments(EcdcGeometry geometry, long length, int seed, bool likely)
    {
        var segments = new List<(uint, ushort[])>();
        for (long i = 0; i < geometry.SegmentCount(length); i++)
        {
            int frames = (int)geometry.FrameCount(geometry.SegmentLength(i, length));
            segments.Add((geometry.HasScale ? 0x3F000000u + (uint)i : 0, Codes(frames, seed + (int)i, likely)));
        }

        return segments;
    }

    /// <summary>All codes of a stretch, its segments one behind the other.</summary>
    public static List<(EcdcSegment Segment, ushort[] Codes)> ReadAll(IEcdcReader reader, int block = 7)
    {
        var all = new List<(EcdcSegment, ushort[])>();
        while (reader.TryNextSegment(out EcdcSegment segment))
        {
            var codes = new List<ushort>();
            var buffer = new ushort[block * reader.Codebooks];
            for (int n; (n = reader.ReadFrames(buffer)) > 0;)
            {
                codes.AddRange(buffer[..(n * reader.Codebooks)]);
            }

            all.Add((segment, [.. codes]));
        }

        return all;
    }

    public static EcdcV1Reader Open(byte[] file, DamagePolicy policy = DamagePolicy.Refuse) =>
        EcdcStreams.Open1(new MemoryStream(file), new EcdcV1ReadOptions { Coder = Coder(), CodecFingerprint = CodecFingerprint, Damage = policy });
}
