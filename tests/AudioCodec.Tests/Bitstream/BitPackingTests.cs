using AudioCodec.Bitstream;
using FsCheck;
using FsCheck.Fluent;

namespace AudioCodec.Tests.Bitstream;

public sealed class BitPackingTests
{
    [Fact]
    public void RoundTrip_AnyValuesOfAnyWidths_TakesTheirBitsAndPadsWithZeros()
    {
        Gen<(int Bits, uint Value)> fields =
            from bits in Gen.Choose(1, 32)
            from high in Gen.Choose(0, 0xFFFF)
            from low in Gen.Choose(0, 0xFFFF)
            select (bits, (((uint)high << 16) | (uint)low) >> (32 - bits));
        Law.HoldsForRows(fields, cases: 300, longest: 4000, row =>
        {
            using var stream = new MemoryStream();
            var writer = new BitWriter(stream);
            foreach ((int bits, uint value) in row)
            {
                writer.Write(value, bits);
            }

            writer.AlignToByte();
            writer.Flush();
            Assert.Equal((row.Sum(field => field.Bits) + 7) / 8, stream.Length);
            Assert.Equal(stream.Length, writer.BytesWritten);

            foreach (BitReader reader in new[] { new BitReader(stream.ToArray()), new BitReader(new PipeStream(new MemoryStream(stream.ToArray())), 0) })
            {
                foreach ((int bits, uint value) in row)
                {
                    Assert.True(reader.TryRead(bits, out uint read));
                    Assert.Equal(value, read);
                }

                Assert.True(reader.AlignToByte());
                Assert.Equal(stream.Length, reader.Offset);
                Assert.False(reader.TryRead(1, out _));
            }
        });
    }
}
