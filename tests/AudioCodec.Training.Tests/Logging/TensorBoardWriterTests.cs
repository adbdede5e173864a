using System.Buffers.Binary;
using System.Text;
using AudioCodec.Training.Logging;

namespace AudioCodec.Training.Tests.Logging;

public sealed class TensorBoardWriterTests
{
    [Fact]
    public void MaskedCrc_KnownText_EqualsPublishedCheckValue()
    {
        // CRC-32C of "123456789" is E3069283 (RFC 3720's polynomial); TFRecord rotates it by 15 bits and adds a constant.
        uint crc = 0xE3069283;
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xA282EAD8, TensorBoardWriter.MaskedCrc("123456789"u8));
    }

    [Fact]
    public void Scalar_Record_HasValidFramesTagAndValue()
    {
        using var stream = new MemoryStream();
        using (var writer = new TensorBoardWriter(stream))
        {
            writer.Scalar("train/mel", 300, 0.5);
        }

        byte[][] records = [.. Records(stream.ToArray())];
        Assert.Equal(2, records.Length);
        Assert.Contains("brain.Event:2", Encoding.ASCII.GetString(records[0]), StringComparison.Ordinal);
        Assert.Contains("train/mel", Encoding.ASCII.GetString(records[1]), StringComparison.Ordinal);
        Assert.Equal(0.5f, BinaryPrimitives.ReadSingleLittleEndian(records[1].AsSpan(^4)));

        // Field 2 of the event is the step as a varint: 300 = AC 02.
        Assert.Equal([0x10, 0xAC, 0x02], records[1].AsSpan(9, 3).ToArray());
    }

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(TensorBoardWriter.MaskedCrc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] data = file.AsSpan(at + 12, length).ToArray();
            Assert.Equal(TensorBoardWriter.MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return data;
            at += 16 + length;
        }
    }
}
