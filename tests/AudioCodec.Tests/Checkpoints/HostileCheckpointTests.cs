using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

/// <summary>Damaged and hostile files: only the documented exceptions come out, quickly, and allocations stay near the file's size.</summary>
public class HostileCheckpointTests
{
    public static TheoryData<string> Files => new(
        "encodec_tiny_causal.weights.safetensors",
        "encodec_tiny_causal.weights.th",
        "encodec_tiny_causal.weights.legacy.th",
        "encodec_audiocraft_tiny.compression_state_dict.bin");

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_EveryTruncation_IsRefused(string file)
    {
        byte[] whole = File.ReadAllBytes(Fixtures.Path($"golden/{file}"));

        // Every length near both ends and of the header or pickle region's beginning, and samples between.
        IEnumerable<int> lengths = Enumerable.Range(0, 300).Concat(Enumerable.Range(whole.Length - 300, 300)).Concat(Enumerable.Range(1, whole.Length / 97).Select(i => i * 97));
        foreach (int length in lengths.Where(l => l < whole.Length))
        {
            Assert.True(Attempt(whole.AsMemory(0, length)) is CheckpointException, $"{file} cut to {length} bytes was accepted");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_BitFlips_AreRefusedOrHarmless(string file)
    {
        byte[] whole = File.ReadAllBytes(Fixtures.Path($"golden/{file}"));
        var random = new Random(20250101);
        int structure = StructureBytes(file, whole);
        int refused = 0;
        const int Trials = 2500;
        for (int trial = 0; trial < Trials; trial++)
        {
            // Two thirds hit the part that is interpreted, one third anything; some trials flip several bits.
            byte[] damaged = [.. whole];
            for (int flips = trial % 5 == 0 ? 8 : 1; flips > 0; flips--)
            {
                int position = trial % 3 == 0 ? random.Next(whole.Length) : random.Next(structure);
                damaged[position] ^= (byte)(1 << random.Next(8));
            }

            refused += Attempt(damaged) is null ? 0 : 1;
        }

        Assert.InRange(refused, Trials / 10, Trials);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Read_RandomBytesInTheStructure_AreRefusedOrHarmless(string file)
    {
        byte[] whole = File.ReadAllBytes(Fixtures.Path($"golden/{file}"));
        var random = new Random(7);
        int structure = StructureBytes(file, whole);
        for (int trial = 0; trial < 500; trial++)
        {
            byte[] damaged = [.. whole];
            int start = random.Next(structure);
            random.NextBytes(damaged.AsSpan(start, Math.Min(random.Next(1, 9), damaged.Length - start)));
            Attempt(damaged);
        }
    }

    /// <summary>Pickles mutated inside an archive whose checksums are right, so that the mutation reaches the pickle reader.</summary>
    [Fact]
    public void Read_MutatedPickleInAnIntactArchive_IsRefusedOrHarmless()
    {
        using ZipArchive source = ZipFile.OpenRead(Fixtures.Path("golden/encodec_audiocraft_tiny.compression_state_dict.bin"));
        Dictionary<string, byte[]> entries = source.Entries.ToDictionary(e => e.FullName, ReadEntry);
        string pickleName = entries.Keys.Single(n => n.EndsWith("data.pkl", StringComparison.Ordinal));
        byte[] pickle = entries[pickleName];
        var random = new Random(11);
        int refused = 0;
        for (int trial = 0; trial < 1500; trial++)
        {
            byte[] mutated = [.. pickle];
            for (int flips = 1 + (trial % 3); flips > 0; flips--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            refused += AttemptPickle(mutated, entries, pickleName) is null ? 0 : 1;
        }

        Assert.InRange(refused, 500, 1500);
    }

    [Fact]
    public void Read_PickleThatNamesCode_ExecutesNothing()
    {
        string marker = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        byte[] call = Encoding.ASCII.GetBytes($"\u0002cos\nsystem\nX");
        byte[] argument = Encoding.UTF8.GetBytes($"touch {marker}");
        byte[] pickle = [0x80, .. call, (byte)argument.Length, 0, 0, 0, .. argument, 0x85, (byte)'R', (byte)'.'];

        CheckpointException error = Assert.Throws<CheckpointException>(() => TensorArchive.Read(Memory(Archive(pickle))));

        Assert.Contains("os.system", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(marker));
    }

    [Theory]
    [InlineData("cbuiltins\neval\n.", "something else")]
    [InlineData("(ibuiltins\neval\n.", "0x69")]
    [InlineData("P0\n.", "0x50")]
    [InlineData("}\u0082\u0001.", "instruction")]
    [InlineData("h\u0007.", "memo 7")]
    [InlineData("t.", "mark")]
    [InlineData("R.", "empty stack")]
    [InlineData("", "truncated")]
    public void Read_ForbiddenOrBrokenPickle_SaysWhy(string program, string expected)
    {
        byte[] pickle = [0x80, 2, .. Encoding.Latin1.GetBytes(program)];
        Assert.Contains(expected, Assert.Throws<CheckpointException>(() => TensorArchive.Read(Memory(Archive(pickle)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessPickle_IsCutOff()
    {
        byte[] pickle = [0x80, 2, .. Enumerable.Repeat((byte)'}', 3_000_000)];
        Assert.Contains("instructions", Assert.IsType<CheckpointException>(Attempt(Archive(pickle), allowedBytes: 600L << 20)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, new long[] { 1L << 30, 1L << 30 }, new long[] { 0, 0 })]
    [InlineData(0, new long[] { 1 << 28 }, new long[] { 0 })]
    [InlineData(0, new long[] { 3 }, new long[] { 2 })]
    [InlineData(4, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2, 2 }, new long[] { 4, -1 })]
    [InlineData(3, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { 1, 1 })]
    public void Read_ViewBeyondItsStorage_IsRefused(long offset, long[] shape, long[] strides)
    {
        byte[] archive = Archive(PickleOfOneTensor(offset, shape, strides), new byte[16]);
        CheckpointException error = Assert.IsType<CheckpointException>(Attempt(archive));
        Assert.Equal("w", error.Tensor);
    }

    [Fact]
    public void Read_StridedView_GathersItsElements()
    {
        byte[] storage = new byte[32];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(storage.AsSpan(i * 4), i);
        }

        // A transposed [2, 3] at offset 1 of a storage of 8.
        CheckpointTensor tensor = TensorArchive.Read(Memory(Archive(PickleOfOneTensor(1, [3, 2], [1, 3], 8), storage))).Tensors.Tensors["w"];

        Assert.Equal([3, 2], tensor.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], tensor.Values);
    }

    [Theory]
    [InlineData("little", 1f)]
    [InlineData("big", 4.6006e-41f)]
    public void Read_ByteOrderRecord_IsObeyed(string order, float expected)
    {
        byte[] storage = [0, 0, 0x80, 0x3F];
        byte[] archive = Archive(PickleOfOneTensor(0, [1], [1], 1), storage, Encoding.ASCII.GetBytes(order));
        Assert.Equal(expected, TensorArchive.Read(Memory(archive)).Tensors.Tensors["w"].Values[0], 1e-44f);
    }

    [Fact]
    public void Read_ByteOrderThatIsNone_IsRefused() =>
        Assert.IsType<CheckpointException>(Attempt(Archive(PickleOfOneTensor(0, [1], [1], 1), new byte[4], "middle"u8.ToArray())));

    [Fact]
    public void Read_ZipBomb_IsRefusedWithoutInflating()
    {
        // 200 MB of zeros deflate to 200 kB.
        var bomb = new byte[200_000_000];
        byte[] archive = Archive(PickleOfOneTensor(0, [50_000_000], [1], 50_000_000), bomb);
        Assert.InRange(archive.Length, 1, 1_000_000);
        Assert.Contains("claim to hold", Assert.IsType<CheckpointException>(Attempt(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PackageThatNamesAnotherModel_SaysWhichOneToPull()
    {
        byte[] pickle = [0x80, 2, (byte)'}', .. Text("pretrained"), .. Text("facebook/encodec_32khz"), (byte)'s', (byte)'.'];
        ModelNotFoundException error = Assert.Throws<ModelNotFoundException>(() => TensorArchive.Read(Memory(Archive(pickle))));
        Assert.Equal(("encodec_32khz", true), (error.ModelName, error.IsPublished));
    }

    [Fact]
    public void Load_MutatedAudioCraftConfig_GivesOnlyTypedErrors()
    {
        using ZipArchive source = ZipFile.OpenRead(Fixtures.Path("golden/encodec_audiocraft_tiny.compression_state_dict.bin"));
        byte[] pickle = ReadEntry(source.Entries.Single(e => e.FullName.EndsWith("data.pkl", StringComparison.Ordinal)));
        int start = pickle.AsSpan().IndexOf("compression_model:"u8);
        string yaml = Encoding.UTF8.GetString(pickle, start, pickle.AsSpan(start).IndexOf("active_codes_only"u8));
        var random = new Random(3);
        for (int trial = 0; trial < 3000; trial++)
        {
            char[] mutated = yaml.ToCharArray();
            for (int i = 0; i <= trial % 4; i++)
            {
                mutated[random.Next(mutated.Length)] = "[]{}:-# \n\"'$,0129xnull"[random.Next(22)];
            }

            var package = new AudioCodec.Checkpoints.PickleDict();
            package.Set("xp.cfg", new string(mutated));
            try
            {
                EncodecConfig config = AudioCraftConfig.Read(package, "test");
                Assert.NotEmpty(EncodecTensors.For(config));
            }
            catch (ConfigException)
            {
                // The documented way to refuse.
            }
        }
    }

    /// <summary>Bytes from the start that are mostly header or pickle; the tail of a zip is its directory, hit by the other trials.</summary>
    private static int StructureBytes(string file, byte[] whole) =>
        file.EndsWith(".safetensors", StringComparison.Ordinal) ? 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole) : 17_000;

    /// <summary>Reads bytes as a checkpoint; gives the exception, or null where they were accepted.</summary>
    private static CheckpointException? Attempt(ReadOnlyMemory<byte> bytes, long allowedBytes = 24 << 20)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointException? error = null;
        try
        {
            Assert.NotEmpty(TensorArchive.Read(ByteSource.FromMemory("hostile", bytes)).Tensors.Tensors);
        }
        catch (CheckpointException e)
        {
            error = e;
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowedBytes);
        return error;
    }

    private static CheckpointException? AttemptPickle(byte[] pickle, Dictionary<string, byte[]> entries, string pickleName)
    {
        var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] data) in entries)
            {
                using Stream stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(name == pickleName ? pickle : data);
            }
        }

        return Attempt(buffer.ToArray());
    }

    private static ByteSource Memory(byte[] bytes) => ByteSource.FromMemory("hostile", bytes);

    private static byte[] ReadEntry(ZipArchiveEntry entry)
    {
        var buffer = new MemoryStream();
        using Stream stream = entry.Open();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }

    private static byte[] Archive(byte[] pickle, byte[]? storage = null, byte[]? byteOrder = null)
    {
        var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, byte[]? data)
            {
                if (data is not null)
                {
                    using Stream stream = archive.CreateEntry(name, CompressionLevel.Optimal).Open();
                    stream.Write(data);
                }
            }

            Add("archive/data.pkl", pickle);
            Add("archive/byteorder", byteOrder);
            Add("archive/data/0", storage);
        }

        return buffer.ToArray();
    }

    /// <summary>{'w': _rebuild_tensor_v2(storage '0' of <paramref name="count"/> floats, offset, shape, strides, False, {})}.</summary>
    private static byte[] PickleOfOneTensor(long offset, long[] shape, long[] strides, int count = 4)
    {
        byte[] Global(string module, string name) => Encoding.ASCII.GetBytes($"c{module}\n{name}\n");
        byte[] Tuple(IEnumerable<long> items) => [(byte)'(', .. items.SelectMany(Number), (byte)'t'];
        return
        [
            0x80, 2, (byte)'}', .. Text("w"), .. Global("torch._utils", "_rebuild_tensor_v2"), (byte)'(',
            (byte)'(', .. Text("storage"), .. Global("torch", "FloatStorage"), .. Text("0"), .. Text("cpu"), .. Number(count), (byte)'t', (byte)'Q',
            .. Number(offset), .. Tuple(shape), .. Tuple(strides), 0x89, (byte)'}', (byte)'t', (byte)'R', (byte)'s', (byte)'.',
        ];
    }

    private static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return [0x8A, 8, .. bytes];
    }

    private static byte[] Text(string text) => [(byte)'X', (byte)text.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
}
