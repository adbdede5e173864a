using System.Buffers.Binary;
using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

/// <summary>Damaged files: either samples come out, or <see cref="AudioFormatException"/>, within bounded memory and time.</summary>
public sealed class HostileAudioTests
{
    private const long MostAllocatedBytes = 16 << 20;

    [Fact]
    public void Read_EveryTruncationOfAWav_GivesAPrefixOrATypedError()
    {
        byte[] file = Wav();
        int firstSampleEnds = file.Length - 400 + 2;
        float[] whole = ReadOrNull(file)!;

        for (int length = 0; length < file.Length; length++)
        {
            float[]? samples = ReadOrNull(file[..length]);

            Assert.True(samples is null || samples.AsSpan().SequenceEqual(whole.AsSpan(0, samples.Length)), $"{length} bytes");
            Assert.Equal(length < firstSampleEnds, samples is null);
        }
    }

    [Fact]
    public void Read_EveryTruncationOfAFlac_GivesItsWholeFramesOrATypedError()
    {
        long[] samples = FlacReaderTests.Signal(400, 16, seed: 10);
        byte[] header = FlacBytes.Header(24000, 16, [samples]);
        byte[][] frames = [.. Enumerable.Range(0, 4).Select(i =>
            FlacBytes.Frame(16, i, false, 0, [samples[(100 * i)..(100 * (i + 1))]], [new FlacCoding(10)]))];
        byte[] file = [.. header, .. frames.SelectMany(frame => frame)];
        float[] whole = ReadOrNull(file)!;

        for (int length = 0; length < file.Length; length++)
        {
            int wholeFrames = Enumerable.Range(0, 5).Last(count => count == 0 || header.Length + frames.Take(count).Sum(frame => frame.Length) <= length);
            float[]? expected = wholeFrames == 0 ? null : whole[..(100 * wholeFrames)];

            Assert.Equal(expected, ReadOrNull(file[..length], out IReadOnlyList<string> warnings));
            Assert.Equal(expected is null ? 0 : 1, warnings.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_FlippedBits_GiveSamplesOrATypedError(bool flac)
    {
        byte[] file = flac ? Flac() : Wav();
        float[] whole = ReadOrNull(file)!;
        var random = new Random(11);
        int differing = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = (byte[])file.Clone();
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                // Half of the damage goes to the headers, where it does more than noise.
                int at = random.Next(2) == 0 ? random.Next(Math.Min(100, file.Length)) : random.Next(file.Length);
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            float[]? samples = ReadOrNull(damaged, out IReadOnlyList<string> warnings);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated < MostAllocatedBytes, $"round {round}: {allocated} bytes allocated");
            differing += samples is not null && warnings.Count == 0 && !samples.AsSpan().SequenceEqual(whole) ? 1 : 0;
        }

        // FLAC's checksums let nothing wrong pass without a word; a WAV has none.
        Assert.True(flac ? differing == 0 : differing > 0, $"{differing} files gave other samples");
    }

    [Fact]
    public void Read_FlippedBitsBehindValidChecksums_NeverFailOtherwise()
    {
        byte[] file = Flac();
        int start = FlacBytes.Header(24000, 16, [[]]).Length;
        var random = new Random(12);
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = (byte[])file.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                damaged[random.Next(start + 6, damaged.Length - 2)] ^= (byte)(1 << random.Next(8));
            }

            ushort crc = 0;
            foreach (byte value in damaged.AsSpan(start, damaged.Length - start - 2))
            {
                crc = AudioCodec.Audio.Flac.FlacChecksums.Crc16(crc, [value]);
            }

            BinaryPrimitives.WriteUInt16BigEndian(damaged.AsSpan(damaged.Length - 2), crc);

            // The MD5 still differs, so that nothing can be passed off as good.
            float[]? samples = ReadOrNull(damaged, out IReadOnlyList<string> warnings);
            Assert.True(samples is null || warnings.Count > 0 || samples.AsSpan().SequenceEqual(ReadOrNull(file)), $"round {round}");
        }
    }

    [Fact]
    public void Read_RandomBytesBehindASignature_GiveSamplesOrATypedError()
    {
        var random = new Random(13);
        int failed = 0;
        for (int round = 0; round < 2000; round++)
        {
            var noise = new byte[random.Next(1, 3000)];
            random.NextBytes(noise);
            byte[] start = (round % 3) switch
            {
                0 => [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVEfmt "u8],
                1 => [.. "RF64"u8, 0, 0, 0, 0, .. "WAVEds64"u8],
                _ => FlacBytes.Header(24000, 16, [new long[1000]]),
            };
            failed += ReadOrNull([.. start, .. noise]) is null ? 1 : 0;
        }

        Assert.True(failed > 1900, $"{failed} of 2000 were refused");
    }

    [Fact]
    public void Open_ChunksOfNothingWithoutEnd_AreGivenUp()
    {
        using var zeros = new HollowStream(1L << 40);
        WavBytes.File(WavBytes.Format(1, 1, 8000, 16)).CopyTo(zeros.Head);

        Assert.Throws<AudioFormatException>(() => new WavReader(zeros));
    }

    [Fact]
    public void Open_HugeLengthsInHeaders_AllocateLittle()
    {
        byte[] wav = WavBytes.WithDataSize(Wav(), 400, 0xFFFFFFF0);
        byte[] flac = Flac();
        flac[21] |= 0x0F;
        foreach (byte[] file in new[] { wav, flac })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ReadOrNull(file);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocatedBytes);
        }
    }

    private static byte[] Wav() => WavBytes.File(
        WavBytes.Chunk("LIST", 1, 2, 3),
        WavBytes.Format(1, 1, 8000, 16),
        WavBytes.Chunk("data", WavBytes.Pcm16([.. Enumerable.Range(0, 200).Select(i => (short)(i * 157))])));

    private static byte[] Flac()
    {
        long[] samples = FlacReaderTests.Signal(400, 16, seed: 10);
        return FlacBytes.File(16, 0, [samples], new FlacCoding(33, PartitionOrder: 2));
    }

    /// <summary>All samples, or <see langword="null"/> after the one exception that is allowed.</summary>
    private static float[]? ReadOrNull(byte[] file) => ReadOrNull(file, out _);

    private static float[]? ReadOrNull(byte[] file, out IReadOnlyList<string> warnings)
    {
        warnings = [];
        try
        {
            bool flac = file.AsSpan().StartsWith("fLaC"u8);
            using AudioSource source = flac ? new FlacReader(new MemoryStream(file)) : new WavReader(new PipeStream(file));
            float[] samples = AudioFile.ReadAll(source).Samples;
            warnings = source.Warnings;
            return samples;
        }
        catch (AudioFormatException)
        {
            return null;
        }
    }
}
