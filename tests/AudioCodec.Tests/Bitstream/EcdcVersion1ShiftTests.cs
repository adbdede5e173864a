using AudioCodec.Bitstream;
using static AudioCodec.Tests.Bitstream.EcdcV1Samples;

namespace AudioCodec.Tests.Bitstream;

/// <summary>Files that lost or got bytes in their middle: all chunks but those that were hit are there, in their places.</summary>
public sealed class EcdcVersion1ShiftTests
{
    private const int Length = 9603;

    public static TheoryData<bool, bool, bool> Files => new()
    {
        { false, false, true }, { false, false, false }, { false, true, true }, { false, true, false },
        { true, false, true }, { true, false, false }, { true, true, true }, { true, true, false },
    };

    /// <summary>Cuts and insertions at all places, whether the index can be read or not.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BytesCutOutOrPutIn_LosesTheChunksHitAlone(bool segmented, bool lm, bool hasIndex)
    {
        byte[] file = Write(segmented, lm, Length, 5, chunkSeconds: 0.1);
        using EcdcV1Reader whole = Open(file);
        ushort[][] expected = CodesByChunk(whole);
        (int first, int end) = ((int)whole.Chunks[0].Offset, (int)(whole.Chunks[^1].Offset + whole.Chunks[^1].RecordBytes));

        // Without an index the number of lost chunks is told from the bytes between whole ones, which takes changes that are small beside a chunk.
        foreach (int bytes in hasIndex ? [1, 100, -40] : new[] { 1, 9, -9 })
        {
            // Places all over the file, and each around where a chunk begins.
            IEnumerable<int> places = Enumerable.Range(0, end).Where(i => i % (lm ? 307 : 23) == 0).Concat(Enumerable.Range((int)whole.Chunks[6].Offset - 3, 7).Where(i => !lm || i % 3 == 0));
            foreach (int at in places.Where(place => place >= first && place + Math.Max(0, bytes) < end))
            {
                byte[] damaged = Shift(file, at, bytes, hasIndex);
                if (hasIndex)
                {
                    Assert.Throws<BitstreamException>(() => Open(damaged));
                }

                using EcdcV1Reader reader = Open(damaged, DamagePolicy.Conceal);
                int[] hit = [.. Hit(whole.Chunks, at, bytes).Where(i => !IsWhole(file, damaged, whole.Chunks[i], bytes))];
                string place = $"{bytes} at {at}, chunks {string.Join(", ", hit)} of {expected.Length}";
                ushort[][] codes = CodesByChunk(reader);

                // Without an index the end of the file is the last whole chunk.
                bool tailLost = !hasIndex && hit.Contains(expected.Length - 1);
                Assert.True(tailLost ? codes.Length < expected.Length : codes.Length == expected.Length, $"{place}: {codes.Length} chunks");
                for (int i = 0; i < codes.Length; i++)
                {
                    Assert.True(hit.Contains(i) || expected[i].AsSpan().SequenceEqual(codes[i]), $"{place}: chunk {i} is another");
                }

                Assert.Equal(hit.Where(i => i < codes.Length), reader.Damage.Where(damage => damage.Chunk >= 0).Select(damage => damage.Chunk).Order());
                Assert.Equal(-1, reader.Damage[0].Chunk);
                Assert.Equal(hasIndex, reader.HasIndex);
                Assert.True(!hasIndex || reader.LengthSamples == Length);
            }
        }
    }

    private static IEnumerable<int> Hit(IReadOnlyList<EcdcChunkInfo> chunks, int at, int bytes) => Enumerable.Range(0, chunks.Count).Where(i => bytes > 0
        ? chunks[i].Offset < at + bytes && at < chunks[i].Offset + chunks[i].RecordBytes
        : chunks[i].Offset < at && at < chunks[i].Offset + chunks[i].RecordBytes);

    /// <summary>Whether a chunk came through all the same, since the bytes that followed were the ones that it lost.</summary>
    private static bool IsWhole(byte[] file, byte[] damaged, EcdcChunkInfo chunk, int bytes) => new[] { chunk.Offset, chunk.Offset - bytes }.Any(offset =>
        offset >= 0 && offset + chunk.RecordBytes <= damaged.Length
        && file.AsSpan((int)chunk.Offset, (int)chunk.RecordBytes).SequenceEqual(damaged.AsSpan((int)offset, (int)chunk.RecordBytes)));

    /// <summary>Cuts bytes out, or puts random ones in where their number is negative.</summary>
    private static byte[] Shift(byte[] file, int at, int bytes, bool hasIndex)
    {
        var inserted = new byte[Math.Max(0, -bytes)];
        new Random(at).NextBytes(inserted);
        byte[] damaged = [.. file[..at], .. inserted, .. file[(at + Math.Max(0, bytes))..]];
        if (!hasIndex)
        {
            damaged[^1] ^= 1;
        }

        return damaged;
    }

    private static ushort[][] CodesByChunk(EcdcV1Reader reader)
    {
        ushort[] codes = [.. Enumerable.Range(0, reader.Stretches.Count).SelectMany(i => ReadAll(reader.OpenStretch(i), 64)).SelectMany(segment => segment.Codes)];
        int frame = 0;
        return [.. reader.Chunks.Select(chunk =>
        {
            int start = frame;
            frame += chunk.Frames;
            return codes[(start * Codebooks)..Math.Min(codes.Length, frame * Codebooks)];
        })];
    }

    /// <summary>Several places at once: those behind are told by their sizes, which differ in entropy-coded files.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_SeveralPlacesHit_LosesThemAlone(bool lm)
    {
        byte[] file = Write(false, lm, Length, 5, chunkSeconds: 0.1);
        using EcdcV1Reader whole = Open(file);
        ushort[][] expected = CodesByChunk(whole);
        byte[] damaged = file;
        foreach ((int chunk, int bytes) in new[] { (10, 30), (6, -25), (5, 12), (2, -40) })
        {
            damaged = Shift(damaged, (int)whole.Chunks[chunk].Offset + 20, bytes, hasIndex: true);
        }

        using EcdcV1Reader reader = Open(damaged, DamagePolicy.Conceal);
        ushort[][] codes = CodesByChunk(reader);
        Assert.Equal(expected.Length, codes.Length);
        Assert.All(Enumerable.Range(0, codes.Length).Except([2, 5, 6, 10]), i => Assert.Equal(expected[i], codes[i]));
        Assert.Equal([2, 5, 6, 10], reader.Damage.Where(damage => damage.Chunk >= 0).Select(damage => damage.Chunk).Order());
    }

    /// <summary>Bytes lost here and added there leave the index right, but not what lies between.</summary>
    [Fact]
    public void Read_BytesMoved_AreFoundToo()
    {
        byte[] file = Write(false, true, Length, 5, chunkSeconds: 0.1);
        using EcdcV1Reader whole = Open(file);
        ushort[][] expected = CodesByChunk(whole);
        byte[] damaged = Shift(Shift(file, (int)whole.Chunks[9].Offset + 9, -30, hasIndex: true), (int)whole.Chunks[3].Offset + 9, 30, hasIndex: true);
        using EcdcV1Reader reader = Open(damaged, DamagePolicy.Conceal);
        ushort[][] codes = CodesByChunk(reader);
        Assert.All(Enumerable.Range(0, codes.Length).Except([3, 9]), i => Assert.Equal(expected[i], codes[i]));
        Assert.Equal([3, 9], reader.Damage.Select(damage => damage.Chunk));
    }

    /// <summary>Tags that lost bytes shift all chunks.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_TagsThatLostBytes_CostNoChunk(bool hasIndex)
    {
        byte[] file = Write(false, true, Length, 5, chunkSeconds: 0.1);
        using EcdcV1Reader whole = Open(file);
        byte[] damaged = Shift(file, (int)whole.Chunks[0].Offset - 10, 4, hasIndex);
        using EcdcV1Reader reader = Open(damaged, DamagePolicy.Conceal);
        Assert.Equal(CodesByChunk(whole), CodesByChunk(reader));
        Assert.Equal([-1], reader.Damage.Select(damage => damage.Chunk));
    }

    /// <summary>A file made of beginnings of chunks costs no more than its length, whatever they state.</summary>
    [Theory]
    [InlineData("C57F")] // 127 bytes, 16383, 344063.
    [InlineData("C5FF7F")]
    [InlineData("C5FFFF14")]
    [InlineData("C101C101000000")] // One frame, a byte: chunks behind chunks whose checksums are wrong.
    public void Open_FileOfBeginnings_TakesLinearTime(string repeated)
    {
        byte[] pattern = Convert.FromHexString(repeated);
        var settings = Settings(false, false) with { Geometry = Plain with { BitsPerCode = 16 }, LengthSamples = null, ChunkSeconds = 60 };
        using var stream = new MemoryStream();
        using (var writer = new EcdcV1Writer(stream, settings, leaveOpen: true))
        {
            writer.BeginSegment(0);
        }

        byte[] start = stream.ToArray();
        double[] seconds = [.. new[] { 1 << 19, 1 << 21 }.Select(length =>
        {
            byte[] hostile = [.. start, .. Enumerable.Range(0, length).Select(i => pattern[i % pattern.Length])];
            long before = System.Diagnostics.Stopwatch.GetTimestamp();
            using EcdcV1Reader reader = EcdcStreams.Open1(new MemoryStream(hostile), new EcdcV1ReadOptions { Damage = DamagePolicy.Conceal });
            Assert.Empty(reader.Chunks);
            return System.Diagnostics.Stopwatch.GetElapsedTime(before).TotalSeconds;
        })];
        Assert.InRange(seconds[1], 0, (8 * seconds[0]) + 2);
    }

    /// <summary>The checksum of bytes in the middle follows from the register at both ends.</summary>
    [Fact]
    public void Shift_OfARegister_IsThatOverZeroBytes()
    {
        var bytes = new byte[70000];
        new Random(3).NextBytes(bytes);
        foreach ((int from, int to) in new[] { (0, 0), (0, 1), (5, 70000), (69990, 69999), (1, 65537) })
        {
            uint Register(int end)
            {
                uint register = 0;
                for (int i = 0; i < end; i++)
                {
                    register = System.Numerics.BitOperations.Crc32C(register, bytes[i]);
                }

                return register;
            }

            Assert.Equal(Crc32C.Compute(bytes.AsSpan(from, to - from)), ~(Register(to) ^ Crc32C.Shift(~Register(from), to - from)));
        }
    }
}
