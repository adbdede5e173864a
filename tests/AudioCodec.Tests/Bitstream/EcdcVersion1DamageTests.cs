using AudioCodec.Bitstream;
using static AudioCodec.Tests.Bitstream.EcdcV1Samples;

namespace AudioCodec.Tests.Bitstream;

public sealed class EcdcVersion1DamageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_TenThousandSeededCorruptions_AreDetectedOrHarmless(bool segmented)
    {
        byte[] file = Write(segmented, true, 1603, 7, chunkSeconds: 0.05);
        ushort[] expected = Codes(file);
        int detected = 0;
        int harmless = 0;
        for (int seed = 0; seed < 5000; seed++)
        {
            byte[] damaged = Corrupt(file, new Random(seed));
            try
            {
                using EcdcV1Reader reader = Open(damaged);
                ushort[] codes = [.. Enumerable.Range(0, reader.Stretches.Count).SelectMany(i => ReadAll(reader.OpenStretch(i), 64)).SelectMany(s => s.Codes)];
                Assert.True(expected.AsSpan().SequenceEqual(codes), $"seed {seed}: silent noise");
                Assert.Equal(1603, reader.LengthSamples);
                harmless++;
            }
            catch (BitstreamException)
            {
                detected++;
            }

            if (seed % 5 == 0)
            {
                CheckConcealed(damaged, expected, seed);
            }
        }

        Assert.Equal(5000, detected + harmless);
        Assert.InRange(detected, 4900, 5000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_TruncatedAtEveryByte_GivesAllWholeChunksAndAReport(bool segmented)
    {
        byte[] file = Write(segmented, true, 1603, 8, chunkSeconds: 0.1);
        ushort[] expected = Codes(file);
        using EcdcV1Reader whole = Open(file);
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.Throws<BitstreamException>(() => Open(cut));
            if (length < whole.Chunks[0].Offset)
            {
                Assert.Throws<BitstreamException>(() => Open(cut, DamagePolicy.Conceal));
                continue;
            }

            using EcdcV1Reader reader = Open(cut, DamagePolicy.Conceal);
            int chunks = whole.Chunks.Count(c => c.Offset + c.RecordBytes <= length);
            Assert.Equal(chunks, reader.Chunks.Count);
            string reason = Assert.Single(reader.Damage).Reason;
            Assert.Contains("index", reason);
            Assert.Contains($" {chunks} {(chunks == 1 ? "chunk" : "chunks")} found up to byte ", reason);
            ushort[] codes = chunks == 0 ? [] : [.. ReadAll(reader.OpenStretch(0)).SelectMany(s => s.Codes)];
            Assert.True(expected.AsSpan(0, codes.Length).SequenceEqual(codes));
            Assert.Equal(whole.Chunks.Take(chunks).Sum(c => c.Frames) * Codebooks, codes.Length);
        }
    }

    [Fact]
    public void Read_DamagedChunk_IsConcealedAndReportedOnRequestOnly()
    {
        byte[] file = Write(false, true, 3200, 9, chunkSeconds: 0.1);
        ushort[] expected = Codes(file);
        using EcdcV1Reader sound = Open(file);
        file[sound.Chunks[1].Offset + 20] ^= 4;

        using EcdcV1Reader strict = Open(file);
        var error = Assert.Throws<BitstreamException>(() => ReadAll(strict.OpenStretch(0)));
        Assert.Equal(sound.Chunks[1].Offset, error.Offset);
        Assert.Contains("samples 800 to 1600", error.Message);

        using EcdcV1Reader lenient = Open(file, DamagePolicy.Conceal);
        ushort[] codes = ReadAll(lenient.OpenStretch(0))[0].Codes;
        int chunk = 100 * Codebooks;
        Assert.Equal(expected[..chunk], codes[..chunk]);
        Assert.Equal(expected[(2 * chunk)..], codes[(2 * chunk)..]);
        Assert.All(Enumerable.Range(0, chunk), i => Assert.Equal(expected[chunk - Codebooks + (i % Codebooks)], codes[chunk + i]));
        EcdcDamage damage = Assert.Single(lenient.Damage);
        Assert.Equal((1, 800L, 800L), (damage.Chunk, damage.StartSample, damage.LengthSamples));

        EcdcVerification verdict = EcdcStreams.Verify(file);
        Assert.Equal(1, Assert.Single(verdict.Damage).Chunk);
        Assert.False(verdict.CodesChecked);
    }

    [Fact]
    public void Read_LostSegmentChunk_IsSilent()
    {
        byte[] file = Write(true, true, 3200, 9, chunkSeconds: 0.05);
        using EcdcV1Reader sound = Open(file);
        file[sound.Chunks[2].Offset + 30] ^= 1;
        using EcdcV1Reader lenient = Open(file, DamagePolicy.Conceal);
        var segments = ReadAll(lenient.OpenStretch(0));
        Assert.Equal(0u, segments[2].Segment.ScaleBits);
        Assert.NotEqual(0u, segments[3].Segment.ScaleBits);
        Assert.Equal(784, Assert.Single(lenient.Damage).StartSample);
    }

    [Fact]
    public void Verify_ChunksSwappedOrReplacedWhole_IsNoticed()
    {
        byte[] file = Write(false, false, 3200, 9, chunkSeconds: 0.1);
        using EcdcV1Reader sound = Open(file);
        Assert.True(EcdcStreams.Verify(file).IsSound);
        EcdcChunkInfo a = sound.Chunks[1];
        EcdcChunkInfo b = sound.Chunks[2];
        Assert.Equal(a.RecordBytes, b.RecordBytes);
        byte[] swapped = [.. file];
        file.AsSpan((int)a.Offset, (int)a.RecordBytes).CopyTo(swapped.AsSpan((int)b.Offset));
        file.AsSpan((int)b.Offset, (int)b.RecordBytes).CopyTo(swapped.AsSpan((int)a.Offset));

        Assert.False(EcdcStreams.Verify(swapped).IsSound);
        using EcdcV1Reader reader = Open(swapped);
        Assert.Throws<BitstreamException>(() => ReadAll(reader.OpenStretch(0)));
    }

    [Fact]
    public void Open_HostileCounts_AllocateLittle()
    {
        byte[] file = Write(false, true, 1603, 7, chunkSeconds: 0.05);
        for (int seed = 0; seed < 300; seed++)
        {
            // Random bytes with right checksums where a reader would believe them.
            var random = new Random(seed);
            byte[] hostile = [.. file];
            int at = seed % 2 == 0 ? random.Next(7, 70) : random.Next(file.Length - 70, file.Length - 8);
            random.NextBytes(hostile.AsSpan(at, Math.Min(random.Next(1, 17), file.Length - at)));
            Repair(hostile);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(hostile), new EcdcV1ReadOptions { Damage = DamagePolicy.Conceal });
                Assert.InRange(reader.Chunks.Count, 0, file.Length);
            }
            catch (BitstreamException)
            {
                // Refused: as good.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
        }
    }

    /// <summary>Puts right checksums under header and index, wherever the file says they are.</summary>
    private static void Repair(byte[] file)
    {
        Seal(file, 0, 7 + (file[5] | (file[6] << 8)));
        long index = file.Length - 8L - BitConverter.ToUInt32(file, file.Length - 8);
        if (index > 0)
        {
            Seal(file, (int)index, file.Length - 4);
        }
    }

    private static void Seal(byte[] file, int from, int to)
    {
        if (to <= file.Length - 4)
        {
            BitConverter.TryWriteBytes(file.AsSpan(to), Crc32C.Compute(file.AsSpan(from, to - from)));
        }
    }

    private static void CheckConcealed(byte[] damaged, ushort[] expected, int seed)
    {
        try
        {
            using EcdcV1Reader reader = Open(damaged, DamagePolicy.Conceal);
            ushort[] codes = [.. Enumerable.Range(0, reader.Stretches.Count).SelectMany(i => ReadAll(reader.OpenStretch(i), 64)).SelectMany(s => s.Codes)];
            Assert.True(reader.Damage.Count > 0 || expected.AsSpan().SequenceEqual(codes), $"seed {seed}: unreported damage");
        }
        catch (BitstreamException)
        {
            // The header itself is damaged.
        }
    }

    private static byte[] Corrupt(byte[] file, Random random)
    {
        var bytes = new List<byte>(file);
        int at = random.Next(bytes.Count);
        switch (random.Next(6))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                bytes[random.Next(bytes.Count)] ^= (byte)random.Next(1, 256);
                break;
            case 2:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                break;
            case 3:
                bytes.Insert(at, (byte)random.Next(256));
                break;
            case 4:
                for (int i = at; i < Math.Min(bytes.Count, at + random.Next(1, 64)); i++)
                {
                    bytes[i] = 0;
                }

                break;
            default:
                int length = Math.Min(random.Next(1, 40), bytes.Count - at);
                List<byte> copy = bytes.GetRange(at, length);
                bytes.InsertRange(random.Next(bytes.Count), copy);
                break;
        }

        return [.. bytes];
    }

    private static ushort[] Codes(byte[] file)
    {
        using EcdcV1Reader reader = Open(file);
        return [.. ReadAll(reader.OpenStretch(0)).SelectMany(s => s.Codes)];
    }
}
