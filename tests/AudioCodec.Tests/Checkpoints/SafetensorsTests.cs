using System.Buffers.Binary;
using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Checkpoints;

public class SafetensorsTests
{
    [Fact]
    public void Open_GoldenFile_GivesShapesTypesMetadataAndValues()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Fixtures.Path("golden/encodec_24khz.safetensors"));

        Assert.Equal("encodec_24khz", file.Metadata["model"]);
        Assert.Equal(TensorType.I32, file.Info("bw6.segment0.codes").Type);
        Assert.Equal([8, 103], file.Info("bw6.segment0.codes").Shape);
        Assert.All(file.ReadInt32("bw6.segment0.codes"), code => Assert.InRange(code, 0, 1023));
        Assert.Equal(32901, file.ReadFloat32("audio").Length);
        Assert.Throws<CheckpointException>(() => file.ReadInt32("audio"));
        Assert.Equal("absent", Assert.Throws<CheckpointException>(() => file.Info("absent")).Tensor);
    }

    [Fact]
    public void Save_ThenOpen_GivesTheSameValuesOfEveryType()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        float[] floats = [.. Enumerable.Range(0, 200_000).Select(i => MathF.Sin(i) * i)];
        var writer = new SafetensorsWriter();
        writer.AddUInt16("codes", [2, 3], new ushort[] { 0, 1, 2, 1023, 40000, ushort.MaxValue });
        writer.Add("float", [2, 100_000], floats);
        writer.Add("half", [3], new[] { 1.5f, -0.1f, 65504f }, TensorType.F16);
        writer.AddUInt16("scalar", [], new ushort[] { 7 });
        writer.Add("empty", [0, 4], Array.Empty<float>());
        writer.SetMetadata("kind", "tést");
        try
        {
            writer.Save(path);
            using SafetensorsFile file = SafetensorsFile.Open(path);

            Assert.Equal(floats, file.ReadFloat32("float"));
            Assert.Equal([1.5f, (float)(Half)(-0.1f), 65504f], file.ReadFloat32("half"));
            Assert.Equal([7], file.ReadInt32("scalar"));
            Assert.Empty(file.Info("scalar").Shape);
            Assert.Equal([0, 1, 2, 1023, 40000, 65535], file.ReadInt32("codes"));
            Assert.Empty(file.ReadFloat32("empty"));
            Assert.Equal("tést", file.Metadata["kind"]);
            Assert.Equal(5, file.ToStateDict().Tensors.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Add_WrongCountDuplicateNameOrHalfOverflow_IsRefused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [2], new float[2]);

        Assert.Throws<ArgumentException>(() => writer.Add("b", [3], new float[2]));
        Assert.Throws<ArgumentException>(() => writer.Add("a", [2], new float[2]));
        Assert.Throws<ArgumentException>(() => writer.Add("c", [1], new[] { 70000f }, TensorType.F16));
    }

    [Theory]
    [InlineData("F64", 8, 0x3FF8000000000000)]
    [InlineData("F32", 4, 0x3FC00000)]
    [InlineData("F16", 2, 0x3E00)]
    [InlineData("BF16", 2, 0x3FC0)]
    public void ReadFloat32_EveryFloatType_Gives1Point5(string type, int size, long bits)
    {
        using SafetensorsFile file = One(type, size, bits);
        Assert.Equal([1.5f], file.ReadFloat32("x"));
    }

    [Theory]
    [InlineData("I64", 8, -5, -5)]
    [InlineData("I32", 4, -5, -5)]
    [InlineData("I16", 2, -5, -5)]
    [InlineData("I8", 1, -5, -5)]
    [InlineData("U64", 8, 5, 5)]
    [InlineData("U32", 4, 5, 5)]
    [InlineData("U16", 2, 65535, 65535)]
    [InlineData("U8", 1, 255, 255)]
    [InlineData("BOOL", 1, 1, 1)]
    public void ReadInt32_EveryIntegerType_GivesItsValue(string type, int size, long bits, int expected)
    {
        using SafetensorsFile file = One(type, size, bits);
        Assert.Equal([expected], file.ReadInt32("x"));
        Assert.Equal([(float)expected], file.ReadFloat32("x"));
    }

    [Theory]
    [InlineData("I64", 8, 1L << 40)]
    [InlineData("U64", 8, -1)]
    [InlineData("U32", 4, 0xFFFFFFFF)]
    public void ReadInt32_ValueBeyond32Bits_IsRefused(string type, int size, long bits)
    {
        using SafetensorsFile file = One(type, size, bits);
        Assert.Contains("does not fit", Assert.Throws<CheckpointException>(() => file.ReadInt32("x")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"dtype":"F32"}}""", 8)]
    [InlineData("""{"x":{"dtype":"F32","shape":[2]}}""", 8)]
    [InlineData("""{"x":7}""", 0)]
    [InlineData("""[]""", 0)]
    [InlineData("""{"x":""", 0)]
    [InlineData("""{} {}""", 0)]
    [InlineData("""{"__metadata__":{"a":1}}""", 0)]
    public void FromBytes_HeaderThatBreaksARule_IsRefused(string header, int dataBytes)
    {
        byte[] bytes = Build(header, new byte[dataBytes]);
        Assert.Throws<CheckpointException>(() => SafetensorsFile.FromBytes(bytes, "x"));
    }

    [Fact]
    public void FromBytes_HeaderLengthBeyondFile_IsRefusedWithoutAllocating()
    {
        var bytes = new byte[64];
        bytes.AsSpan(0, 8).Fill(0x7F);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CheckpointException>(() => SafetensorsFile.FromBytes(bytes, "x"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static SafetensorsFile One(string type, int size, long bits)
    {
        var data = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(data, bits);
        string header = $$$"""{"x":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""";
        return SafetensorsFile.FromBytes(Build(header, data[..size]), "one");
    }

    private static byte[] Build(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        data.CopyTo(bytes, 8 + json.Length);
        return bytes;
    }
}
