using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Compression;
using AudioCodec.Metrics;
using AudioCodec.Models;
using AudioCodec.Tests.Bitstream;
using AudioCodec.Tests.Codecs;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Compression;

/// <summary>Jumps into version-1 files: the work they cost, and what they give.</summary>
public sealed class SeekTests
{
    /// <summary>The bound is on frames, not on time: it holds on every machine.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenAt_AnySample_EntropyDecodesNoFurtherThanNeeded(bool segmented)
    {
        const int warmUp = 30;
        const int chunkFrames = 100; // Two segments of 50.
        byte[] file = EcdcV1Samples.Write(segmented, lm: true, 6000, 4, chunkSeconds: 0.1);
        for (int sample = 0; sample < 6000; sample += 41)
        {
            var coder = new CountingCoder(EcdcV1Samples.Coder());
            using EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(file), new EcdcV1ReadOptions { Coder = coder });
            EcdcSeekPoint point = reader.OpenAt(sample, warmUp);
            Assert.InRange(point.FirstFrames, 1, segmented ? 100 : warmUp + 4);
            Assert.True(point.Reader.TryNextSegment(out EcdcSegment first));
            var codes = new ushort[Math.Min(point.FirstFrames, first.Frames) * EcdcV1Samples.Codebooks];
            Assert.Equal(codes.Length / EcdcV1Samples.Codebooks, point.Reader.ReadFrames(codes));

            // The chunk with the warm-up is decoded to its end at most, the one with the place up to the place; both at once.
            Assert.Equal(1, coder.Calls);
            Assert.InRange(coder.Steps, 1, chunkFrames);
            Assert.InRange(coder.Frames, 1, segmented ? chunkFrames + 50 : chunkFrames + warmUp + 4);
        }
    }

    [Fact]
    public void Read_AfterASeek_GoesOnInSmallSteps()
    {
        byte[] file = EcdcV1Samples.Write(segmented: false, lm: true, 6000, 4, chunkSeconds: 0.1);
        var coder = new CountingCoder(EcdcV1Samples.Coder());
        using EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(file), new EcdcV1ReadOptions { Coder = coder });
        EcdcSeekPoint point = reader.OpenAt(1604, 0); // The first frame of the third chunk.
        point.Reader.TryNextSegment(out _);
        var codes = new ushort[20 * EcdcV1Samples.Codebooks];
        point.Reader.ReadFrames(codes);
        Assert.InRange(coder.Frames, 20, 44);
        Assert.Equal(EcdcV1Samples.Segments(EcdcV1Samples.Plain, 6000, 4, true)[0].Codes[600..660], codes);
    }

    [Fact]
    public void OpenAudio_AnyPlaceOfTheFullSizeModel_IsWithin60DecibelsOfTheLinearDecode()
    {
        EncodecModel codec = GoldenModels.Get("encodec_24khz");
        const int length = 3 * 24000;
        byte[] file = Compressed(codec, Streams.Signal(8, length), 6);
        float[] linear = Decode(file, codec, 0, DamagePolicy.Refuse);
        foreach (int start in new[] { 1, 13000, 47990, 48011, 61234 })
        {
            float[] part = Decode(file, codec, start, DamagePolicy.Refuse);
            Assert.Equal(length - start, part.Length);
            double signal = linear[start..].Sum(x => (double)x * x);
            double difference = linear[start..].Zip(part).Sum(pair => Math.Pow(pair.First - (double)pair.Second, 2));
            Assert.InRange(difference / signal, 0, 1e-6);
        }
    }

    /// <summary>The default model's LSTM hardly forgets how it began (ADR-0002): its linear decode is one of several that are equally near the original, and a jump gives another.</summary>
    [Theory]
    [InlineData(ModelCatalogue.BundledCodec, null)]
    [InlineData(ModelCatalogue.SmallCodec, -60.0)]
    public void OpenAudio_AnyPlaceOfABundledModel_IsAsNearTheOriginalAsTheLinearDecode(string name, double? differenceDb)
    {
        using var codec = Codec.Load(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", name));
        float[] original = LoudAndSilent();
        using var file = new MemoryStream();
        codec.Write(codec.Encode(new AudioBuffer(original, 1, 24000), 6), file, new CompressionOptions { EntropyCoding = false });
        using EcdcFile opened = codec.Open(new MemoryStream(file.ToArray()));
        float[] linear = Read(opened, 0, original.Length);
        var mel = new MelDistance(24000);

        // In the chord, where the noise begins and in it, in silence, in the quiet tone, near the end.
        int[] places = [30001, 48000, 71234, 90000, 110007, 135000];
        foreach ((int start, int length) in places.SelectMany(start => new[] { (start, 6000), (start, Math.Min(24000, original.Length - start)) }))
        {
            float[] from = original[start..(start + length)];
            float[] straight = linear[start..(start + length)];
            float[] jumped = Read(opened, start, length);
            double sdr = SiSdr.ComputeDb(from, straight);

            Assert.InRange(10 * Math.Log10(Energy(jumped) / Energy(straight)), -0.3, 0.3);
            Assert.InRange(mel.Compute(from, jumped), 0, mel.Compute(from, straight) + 0.03);

            // Noise comes out as other noise: only its level and spectrum can be compared.
            Assert.InRange(sdr > 0 ? SiSdr.ComputeDb(from, jumped) - sdr : 0, -0.25, double.PositiveInfinity);
            if (differenceDb is double bound)
            {
                Assert.InRange(Energy(straight.Zip(jumped, (a, b) => a - b)), 0, Energy(straight) * Math.Pow(10, bound / 10));
            }
        }
    }

    [Fact]
    public void OpenAudio_LostChunks_FadeOutAndInAndKeepTheLength()
    {
        // Chunks of 800 samples, fades of 160; chunks 1 and 2 are lost, and chunk 5.
        EncodecModel codec = GoldenModels.Get("encodec_tiny_causal");
        byte[] file = Compressed(codec, Streams.Signal(9, 6000), 16, chunkSeconds: 0.1);
        float[] sound = Decode(file, codec, 0, DamagePolicy.Refuse);
        using (EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(file)))
        {
            foreach (int chunk in new[] { 1, 2, 5 })
            {
                file[reader.Chunks[chunk].Offset + 20] ^= 1;
            }
        }

        Assert.Throws<BitstreamException>(() => Decode(file, codec, 0, DamagePolicy.Refuse));
        float[] raw = WithoutFades(file, codec);
        float[] faded = Decode(file, codec, 0, DamagePolicy.Conceal);
        Assert.Equal(sound.Length, faded.Length);
        Assert.Equal(sound[..800], faded[..800]);
        foreach ((int start, int end) in new[] { (800, 2400), (4000, 4800) })
        {
            for (int t = 0; t < 160; t++)
            {
                Assert.Equal(raw[start + t] * (160 - t) / 160, faded[start + t], 1e-6f);
                Assert.Equal(raw[end + t] * t / 160, faded[end + t], 1e-6f);
            }

            Assert.All(faded[(start + 160)..end], sample => Assert.Equal(0, sample));
        }

        Assert.Equal(raw[2560..4000], faded[2560..4000]);
        float[] middle = Decode(file, codec, 1000, DamagePolicy.Conceal);
        Assert.All(middle[..1400], sample => Assert.Equal(0, sample));

        float[] cut = Decode(file[..^30], codec, 0, DamagePolicy.Conceal);
        Assert.Equal(0, cut[^1]);
        Assert.NotEqual(0, cut[^100]);
    }

    /// <summary>A chord that pulses, noise, silence, and a quiet tone, six seconds at 24 kHz.</summary>
    private static float[] LoudAndSilent()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 6 * 24000).Select(i => (i / 24000.0) switch
        {
            < 2 => 0.25f * (MathF.Sin(0.05f * i) + MathF.Sin(0.0631f * i) + MathF.Sin(0.0749f * i)) * (0.6f + (0.4f * MathF.Sin(i * 0.0008f))),
            < 3.5 => 0.3f * (random.NextSingle() - 0.5f),
            < 4.25 => 0,
            _ => 0.02f * MathF.Sin(0.1f * i),
        })];
    }

    private static double Energy(IEnumerable<float> samples) => samples.Sum(y => (double)y * y);

    private static float[] Read(EcdcFile file, long start, int length)
    {
        using AudioSource source = file.OpenAudioAt(start);
        var samples = new float[length];
        Assert.Equal(length, AudioFile.Fill(source, samples));
        return samples;
    }

    private static byte[] Compressed(EncodecModel codec, float[] samples, double bandwidthKbps, double? chunkSeconds = null)
    {
        using var output = new MemoryStream();
        var options = new CompressionOptions { BandwidthKbps = bandwidthKbps, FormatVersion = 1, EntropyCoding = false, ChunkSeconds = chunkSeconds };
        codec.Compress(new AudioBufferSource(new AudioBuffer(samples, 1, codec.Config.SampleRateHz)), output, options);
        return output.ToArray();
    }

    private static float[] Decode(byte[] file, EncodecModel codec, long start, DamagePolicy damage)
    {
        using EcdcFile opened = TestCodecs.Of(codec).Open(new MemoryStream(file), new EcdcOpenOptions { ConcealDamage = damage == DamagePolicy.Conceal });
        using AudioSource source = opened.OpenAudioAt(start);
        return AudioFile.ReadAll(source).Samples;
    }

    private static float[] WithoutFades(byte[] file, EncodecModel codec)
    {
        EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(file), new EcdcV1ReadOptions { Damage = DamagePolicy.Conceal });
        using var source = new StretchAudioSource(reader.OpenStretch(0), codec, threads: 1);
        return AudioFile.ReadAll(source).Samples;
    }

    private sealed class CountingCoder(IChunkCoder inner) : IChunkCoder
    {
        public int Calls { get; private set; }

        /// <summary>Steps of the model: chunks decoded together share them.</summary>
        public int Steps { get; private set; }

        public int Frames { get; private set; }

        public ReadOnlyMemory<byte> Fingerprint => inner.Fingerprint;

        public int ParallelChunks => inner.ParallelChunks;

        public bool Supports(int codebooks, int bitsPerCode) => inner.Supports(codebooks, bitsPerCode);

        public bool TryEncode(ReadOnlySpan<ushort> codes, int codebooks, ReadOnlySpan<int> runs, Span<long> bits, out ReadOnlySpan<byte> bytes) =>
            inner.TryEncode(codes, codebooks, runs, bits, out bytes);

        public void Decode(ReadOnlySpan<CodedChunk> chunks, int codebooks)
        {
            int[] before = [.. chunks.ToArray().Select(chunk => chunk.FramesDone)];
            inner.Decode(chunks, codebooks);
            int[] done = [.. chunks.ToArray().Select((chunk, i) => chunk.FramesDone - before[i])];
            Calls++;
            Steps += done.Max();
            Frames += done.Sum();
        }
    }
}
