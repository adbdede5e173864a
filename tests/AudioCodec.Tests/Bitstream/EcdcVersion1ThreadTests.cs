using AudioCodec.Bitstream;
using AudioCodec.Entropy;
using AudioCodec.Files;
using AudioCodec.Tests.Entropy;
using static AudioCodec.Tests.Bitstream.EcdcV1Samples;

namespace AudioCodec.Tests.Bitstream;

/// <summary>The number of threads that code chunks changes nothing but the time.</summary>
public sealed class EcdcVersion1ThreadTests
{
    private static readonly ChunkCoderPool s_coders = new(FormulaModels.Tiny);

    /// <summary>Lengths: nothing, less than a chunk of 100 frames, one, and many with a part of one.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 77)]
    [InlineData(false, 800)]
    [InlineData(false, 20003)]
    [InlineData(true, 0)]
    [InlineData(true, 77)]
    [InlineData(true, 20003)]
    public void Write_SeveralThreads_EqualsOne(bool segmented, int length)
    {
        byte[] one = Write(segmented, lm: true, length, 3);
        Assert.Equal(one, Written(segmented, length, 1, s_coders));
        Assert.Equal(one, Written(segmented, length, 2, s_coders));
        Assert.Equal(one, Written(segmented, length, 3, s_coders));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_SeveralThreads_EqualsOneFromAnyPlace(bool segmented)
    {
        byte[] file = Write(segmented, lm: true, 20003, 3);
        foreach (int start in new[] { 0, 1, 799, 800, 5000, 19999 })
        {
            string[] codes = [.. new[] { 1, 2, 3 }.Select(threads =>
            {
                using EcdcV1Reader reader = OpenOn(file, threads);
                using IEcdcReader at = start == 0 ? reader.OpenStretch(0) : reader.OpenAt(start, 30).Reader;
                return Texts(ReadAll(at));
            })];
            Assert.NotEmpty(codes[0]);
            Assert.Equal(codes[0], codes[1]);
            Assert.Equal(codes[0], codes[2]);
        }
    }

    [Fact]
    public void Read_TwoReadersInTurn_GetTheirOwnCodes()
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        using EcdcV1Reader reader = OpenOn(file, 2);
        ushort[] expected = ReadAll(reader.OpenStretch(0))[0].Codes;
        using IEcdcReader fromStart = reader.OpenStretch(0);
        using IEcdcReader fromMiddle = reader.OpenAt(8000, 0).Reader;
        IEcdcReader[] readers = [fromStart, fromMiddle];
        Assert.All(readers, one => Assert.True(one.TryNextSegment(out _)));
        int[] at = [0, 1000 * Codebooks];
        var block = new ushort[90 * Codebooks];
        for (int i = 0; i < 20; i++)
        {
            int frames = readers[i % 2].ReadFrames(block);
            Assert.Equal(expected.AsSpan(at[i % 2], frames * Codebooks), block.AsSpan(0, frames * Codebooks));
            at[i % 2] += frames * Codebooks;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Read_DamagedChunk_FailsInItsPlaceEachTime(int threads)
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        ushort[] expected = Codes(file);
        Damage(file, 6);
        using EcdcV1Reader strict = OpenOn(file, threads);
        using IEcdcReader codes = strict.OpenStretch(0);
        codes.TryNextSegment(out _);
        var block = new ushort[100 * Codebooks];
        for (int chunk = 0; chunk < 6; chunk++)
        {
            Assert.Equal(100, codes.ReadFrames(block));
            Assert.Equal(expected.AsSpan(chunk * block.Length, block.Length), block.AsSpan());
        }

        Assert.All([1, 2], _ => Assert.Contains("Chunk 6", Assert.Throws<BitstreamException>(() => codes.ReadFrames(block)).Message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_DamagedChunksConcealed_GivesTheSameCodesAndReports(bool segmented)
    {
        byte[] file = Write(segmented, lm: true, 20003, 3);
        Damage(file, 0, 1, 6, 13);
        (string Codes, EcdcDamage[] Damage)[] read = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using EcdcV1Reader reader = OpenOn(file, threads, DamagePolicy.Conceal);
            return (Texts(ReadAll(reader.OpenStretch(0))), reader.Damage.ToArray());
        })];
        Assert.Equal([0, 1, 6, 13], read[0].Damage.Select(damage => damage.Chunk));
        Assert.All(read, one => Assert.Equal((read[0].Codes, string.Join('\n', read[0].Damage.AsEnumerable())), (one.Codes, string.Join('\n', one.Damage.AsEnumerable()))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Read_StreamThatFails_FailsInItsPlaceAndCanGoOn(int threads)
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        ushort[] expected = Codes(file);
        using var stream = new FailingStream(file);
        using EcdcV1Reader reader = EcdcStreams.Open1(stream, new EcdcV1ReadOptions { Coder = s_coders, Threads = threads });
        stream.FailsFrom = reader.Chunks[7].Offset; // The first of a batch of four.
        using IEcdcReader codes = reader.OpenStretch(0);
        codes.TryNextSegment(out _);
        var block = new ushort[100 * Codebooks];
        for (int chunk = 0; chunk < 7; chunk++)
        {
            Assert.Equal(100, codes.ReadFrames(block));
        }

        Assert.Throws<IOException>(() => codes.ReadFrames(block));
        stream.FailsFrom = long.MaxValue;
        Assert.Equal(100, codes.ReadFrames(block));
        Assert.Equal(expected.AsSpan(7 * block.Length, block.Length), block.AsSpan());
    }

    /// <summary>Whole chunks, so that only the checksum over their checksums can tell.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Read_ChunksSwapped_IsNoticed(int threads)
    {
        byte[] file = Write(segmented: false, lm: false, 20003, 3);
        using EcdcV1Reader whole = Open(file);
        (EcdcChunkInfo a, EcdcChunkInfo b) = (whole.Chunks[2], whole.Chunks[5]);
        byte[] first = file.AsSpan((int)a.Offset, (int)a.RecordBytes).ToArray();
        file.AsSpan((int)b.Offset, (int)b.RecordBytes).CopyTo(file.AsSpan((int)a.Offset));
        first.CopyTo(file.AsSpan((int)b.Offset));
        using EcdcV1Reader reader = OpenOn(file, threads);
        Assert.Contains("replaced or reordered", Assert.Throws<BitstreamException>(() => ReadAll(reader.OpenStretch(0))).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void OpenAt_BeforeTheFirstSound_DecodesNothingElse(int threads)
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        var coder = new Watching(s_coders);
        using EcdcV1Reader reader = OpenOn(file, threads, coder: coder);
        EcdcSeekPoint point = reader.OpenAt(4321, 30);
        point.Reader.TryNextSegment(out _);
        Assert.Equal(point.FirstFrames, point.Reader.ReadFrames(new ushort[point.FirstFrames * Codebooks]));
        Assert.Equal(1, coder.Calls);
        point.Reader.Dispose();
    }

    [Fact]
    public async Task Dispose_WhileChunksAreDecodedAhead_StopsThem()
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        var stuck = new StuckCoder(s_coders);
        using EcdcV1Reader reader = OpenOn(file, 3, coder: stuck);
        IEcdcReader codes = reader.OpenStretch(0);
        codes.TryNextSegment(out _);
        await stuck.Begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        codes.Dispose();
        Assert.Equal(0, stuck.AtWork);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_DiskFull_FailsOnceAndNothingRunsOn(int threads)
    {
        byte[] file = Write(segmented: false, lm: true, 20003, 3);
        foreach (int room in new[] { file.Length / 3, file.Length - 1 })
        {
            var coder = new Watching(s_coders);
            var disk = new FullDisk(room);
            Assert.Throws<IOException>(() => Written(segmented: false, 20003, threads, coder, disk));
            Assert.Equal(0, coder.AtWork);
            int calls = coder.Calls;
            Thread.Sleep(20);
            Assert.Equal((calls, 1), (coder.Calls, disk.Failures));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_CoderThatFails_FailsOnceAndNothingRunsOn(int threads)
    {
        var coder = new Watching(s_coders) { FailsAt = 5 };
        Assert.Equal("no more", Assert.Throws<InvalidOperationException>(() => Written(segmented: false, 20003, threads, coder)).Message);
        Assert.Equal(0, coder.AtWork);
    }

    /// <summary>However long the file is, few chunks wait.</summary>
    [Fact]
    public void Write_SeveralThreads_KeepsFewChunks()
    {
        var coder = new Watching(s_coders);
        using var stream = new MemoryStream();
        using var writer = new EcdcV1Writer(stream, SettingsOn(false, 80000, 2, coder), leaveOpen: true);
        writer.BeginSegment(0);
        var codes = new ushort[100 * Codebooks];
        for (int chunk = 0; chunk < 100; chunk++)
        {
            writer.WriteFrames(codes);
            Assert.InRange(coder.Calls, chunk - 5, chunk + 1);
        }

        writer.Complete();
        using EcdcV1Reader reader = OpenOn(stream.ToArray(), 2);
        Assert.All(ReadAll(reader.OpenStretch(0))[0].Codes, code => Assert.Equal(0, code));
    }

    private static byte[] Written(bool segmented, long length, int threads, IChunkCoder coder, Stream? disk = null)
    {
        using var stream = new MemoryStream();
        using var writer = new EcdcV1Writer(disk ?? new PipeStream(stream), SettingsOn(segmented, length, threads, coder));
        Fill(writer, length, 3, likely: true);
        writer.Complete();
        return stream.ToArray();
    }

    private static EcdcV1Settings SettingsOn(bool segmented, long length, int threads, IChunkCoder coder) =>
        Settings(segmented, lm: false) with { Coder = coder, Threads = threads, LengthSamples = length, ChunkSeconds = 0.1 };

    private static EcdcV1Reader OpenOn(byte[] file, int threads, DamagePolicy damage = DamagePolicy.Refuse, IChunkCoder? coder = null) =>
        EcdcStreams.Open1(new MemoryStream(file), new EcdcV1ReadOptions { Coder = coder ?? s_coders, Threads = threads, Damage = damage });

    private static void Damage(byte[] file, params int[] chunks)
    {
        using EcdcV1Reader reader = Open((byte[])file.Clone());
        foreach (int chunk in chunks)
        {
            file[reader.Chunks[chunk].Offset + 20] ^= 4;
        }
    }

    private static ushort[] Codes(byte[] file)
    {
        using EcdcV1Reader reader = Open(file);
        return ReadAll(reader.OpenStretch(0))[0].Codes;
    }

    private static string Texts(List<(EcdcSegment Segment, ushort[] Codes)> segments) =>
        string.Join('\n', segments.Select(segment => $"{segment.Segment}: {string.Join(' ', segment.Codes)}"));

    /// <summary>Counts calls, and who is at work.</summary>
    private class Watching(IChunkCoder inner) : IChunkCoder
    {
        private int _calls;
        private int _atWork;

        public int Calls => Volatile.Read(ref _calls);

        public int AtWork => Volatile.Read(ref _atWork);

        public int FailsAt { get; init; } = int.MaxValue;

        public ReadOnlyMemory<byte> Fingerprint => inner.Fingerprint;

        public int ParallelChunks => inner.ParallelChunks;

        public bool Supports(int codebooks, int bitsPerCode) => inner.Supports(codebooks, bitsPerCode);

        public bool TryEncode(ReadOnlySpan<ushort> codes, int codebooks, ReadOnlySpan<int> runs, Span<long> bits, out ReadOnlySpan<byte> bytes)
        {
            Interlocked.Increment(ref _atWork);
            try
            {
                return Interlocked.Increment(ref _calls) >= FailsAt
                    ? throw new InvalidOperationException("no more")
                    : inner.TryEncode(codes, codebooks, runs, bits, out bytes);
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        }

        public void Decode(ReadOnlySpan<CodedChunk> chunks, int codebooks)
        {
            Interlocked.Increment(ref _atWork);
            Interlocked.Increment(ref _calls);
            DecodeOn(chunks, codebooks);
            Interlocked.Decrement(ref _atWork);
        }

        protected virtual void DecodeOn(ReadOnlySpan<CodedChunk> chunks, int codebooks) => inner.Decode(chunks, codebooks);
    }

    /// <summary>Decodes on the thread that made it; on others never ends, unless the chunks are not wanted any more.</summary>
    private sealed class StuckCoder(IChunkCoder inner) : Watching(inner)
    {
        private readonly int _owner = Environment.CurrentManagedThreadId;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void DecodeOn(ReadOnlySpan<CodedChunk> chunks, int codebooks)
        {
            if (Environment.CurrentManagedThreadId == _owner)
            {
                base.DecodeOn(chunks, codebooks);
                return;
            }

            Begun.TrySetResult();
            while (chunks[0].FramesWanted > 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>A file whose end cannot be read at times.</summary>
    private sealed class FailingStream(byte[] file) : MemoryStream(file)
    {
        public long FailsFrom { get; set; } = long.MaxValue;

        public override int Read(Span<byte> buffer) => Position >= FailsFrom ? throw new IOException("The disk does not answer.") : base.Read(buffer);
    }

    /// <summary>A disk that takes some bytes and then no more.</summary>
    private sealed class FullDisk(int room) : ForwardOnlyStream
    {
        private int _room = room;

        public int Failures { get; private set; }

        public override bool CanWrite => true;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _room -= buffer.Length;
            if (_room < 0)
            {
                Failures++;
                throw new IOException("No space left on device");
            }
        }
    }
}
