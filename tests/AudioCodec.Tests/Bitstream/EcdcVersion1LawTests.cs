using AudioCodec.Bitstream;
using FsCheck;
using FsCheck.Fluent;
using static AudioCodec.Tests.Bitstream.EcdcV1Samples;

namespace AudioCodec.Tests.Bitstream;

/// <summary>Version-1 files of any geometry, length, chunking, tags and codes.</summary>
public sealed class EcdcVersion1LawTests
{
    private static readonly Gen<string> s_texts = Texts.Of(most: 40);

    /// <summary>Rates are products, as those of codecs are; segments are a few frames or a little more, and overlap by up to half.</summary>
    private static readonly Gen<EcdcGeometry> s_geometries =
        from hop in Gen.Choose(1, 640)
        from frameRate in Gen.Choose(1, 200)
        from channels in Gen.Choose(1, 8)
        from bits in Gen.Choose(1, 16)
        from codebooks in Gen.Choose(1, 40)
        from model in s_texts
        from segmented in Gen.Elements(false, true)
        from segment in Gen.Choose(hop, 20 * hop)
        from stride in Gen.Choose((segment + 1) / 2, segment)
        from scale in Gen.Elements(false, true)
        select new EcdcGeometry
        {
            Model = model,
            SampleRateHz = hop * frameRate,
            Channels = channels,
            FrameRateHz = frameRate,
            HopSamples = hop,
            BitsPerCode = bits,
            Codebooks = codebooks,
            SegmentSamples = segmented ? segment : null,
            SegmentStrideSamples = segmented ? stride : null,
            HasScale = scale,
        };

    private static readonly Gen<(EcdcV1Settings Settings, long Length, int Seed)> s_files =
        from geometry in s_geometries
        from codebooks in Gen.Choose(1, geometry.Codebooks)
        from chunk in Gen.Choose(1, 100)
        from length in Gen.Choose(0, 60 * geometry.HopSamples)
        from original in Gen.Elements(0, 8000, 44100)
        from originalLength in Gen.Choose(-1, int.MaxValue)
        from tags in Gen.Choose(0, 5).SelectMany(count => s_texts.Two().ListOf(count))
        from seed in Gen.Choose(0, int.MaxValue)
        select (new EcdcV1Settings
        {
            Geometry = geometry,
            Codebooks = codebooks,
            CodecFingerprint = CodecFingerprint,
            ChunkSeconds = chunk / 50.0,
            LengthSamples = length,
            OriginalSampleRateHz = original,
            OriginalChannels = original == 0 ? 0 : 2,
            OriginalLengthSamples = originalLength < 0 ? null : originalLength,
            Tags = tags.Aggregate(new EcdcTags(), (all, tag) => all.Set("k" + tag.Item1, tag.Item2)),
        }, (long)length, seed);

    [Fact]
    public void RoundTrip_AnyFile_GivesWhatWasWritten() => Law.Holds(s_files, cases: 300, file =>
    {
        (EcdcV1Settings settings, long length, int seed) = file;
        (uint Scale, ushort[] Codes)[] expected = Segments(settings, length, new Random(seed));
        byte[] bytes = Write(settings, expected);
        foreach (Stream stream in new Stream[] { new MemoryStream(bytes), new PipeStream(new MemoryStream(bytes)) })
        {
            using EcdcV1Reader reader = EcdcStreams.Open1(stream);
            Assert.Equal(settings.Geometry, reader.Header.Geometry);
            Assert.Equal(settings.Codebooks, reader.Header.Codebooks);
            Assert.Equal((settings.OriginalSampleRateHz, settings.OriginalChannels), (reader.Header.OriginalSampleRateHz, reader.Header.OriginalChannels));
            Assert.Equal(settings.OriginalLengthSamples, reader.OriginalLengthSamples);
            Assert.Equal(settings.Tags.ToDictionary().ToArray(), reader.Tags.ToDictionary().ToArray());
            Assert.Equal(length, reader.LengthSamples);
            (EcdcSegment Segment, ushort[] Codes)[] actual = [.. Enumerable.Range(0, reader.Stretches.Count).SelectMany(i => ReadAll(reader.OpenStretch(i)))];
            Assert.Equal(expected.Select(s => s.Scale), actual.Select(s => s.Segment.ScaleBits));
            Assert.Equal(expected.Select(s => s.Codes), actual.Select(s => s.Codes));
        }
    });

    private static byte[] Write(EcdcV1Settings settings, (uint Scale, ushort[] Codes)[] segments)
    {
        using var stream = new MemoryStream();
        using var writer = new EcdcV1Writer(new PipeStream(stream), settings);
        foreach ((uint scale, ushort[] codes) in segments)
        {
            writer.BeginSegment(scale);
            writer.WriteFrames(codes);
        }

        writer.Complete();
        return stream.ToArray();
    }

    private static (uint Scale, ushort[] Codes)[] Segments(EcdcV1Settings settings, long length, Random random)
    {
        EcdcGeometry geometry = settings.Geometry;
        var segments = new (uint, ushort[])[geometry.SegmentCount(length)];
        for (int i = 0; i < segments.Length; i++)
        {
            var codes = new ushort[geometry.FrameCount(geometry.SegmentLength(i, length)) * settings.Codebooks];
            foreach (ref ushort code in codes.AsSpan())
            {
                code = (ushort)random.Next(1 << geometry.BitsPerCode);
            }

            segments[i] = (geometry.HasScale ? BitConverter.SingleToUInt32Bits(random.NextSingle()) : 0, codes);
        }

        return segments;
    }
}
