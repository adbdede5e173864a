using System.Buffers.Binary;
using System.IO.Compression;
using AudioCodec.Audio;
using AudioCodec.Evaluation.Reports;

namespace AudioCodec.Evaluation.Tests.Reports;

public class PngImageTests
{
    [Fact]
    public void Encode_Pixels_AreInTheFile()
    {
        byte[] pixels = [0, 1, 2, 2, 1, 0];
        byte[] png = PngImage.Encode(pixels, 3, [10, 20, 30, 40, 50, 60, 70, 80, 90]);

        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Dictionary<string, byte[]> chunks = Chunks(png);
        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 2, 8, 3, 0, 0, 0], chunks["IHDR"]);
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90], chunks["PLTE"]);
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal([0, 0, 1, 2, 0, 2, 1, 0], rows.ToArray());
    }

    [Fact]
    public void Encode_EmptyChunk_HasTheKnownChecksum()
    {
        // The last chunk of every PNG file: length 0, IEND, CRC-32 0xAE426082.
        byte[] png = PngImage.Encode([0], 1, [0, 0, 0]);
        Assert.Equal([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], png[^12..]);
    }

    [Fact]
    public void Encode_PixelsWithoutRowsOrColours_Throw()
    {
        Assert.Throws<ArgumentException>(() => PngImage.Encode([0, 0, 0], 2, [0, 0, 0]));
        Assert.Throws<ArgumentException>(() => PngImage.Encode([1], 1, [0, 0, 0]));
        Assert.Throws<ArgumentException>(() => PngImage.Encode([], 1, [0, 0, 0]));
        Assert.Throws<ArgumentException>(() => PngImage.Encode([0], 1, [0, 0]));
    }

    [Fact]
    public void HeatPalette_Lightness_RisesSteadily()
    {
        double[] light = [.. Enumerable.Range(0, 256).Select(i => (0.2126 * HeatPalette.Colors[3 * i]) + (0.7152 * HeatPalette.Colors[(3 * i) + 1]) + (0.0722 * HeatPalette.Colors[(3 * i) + 2]))];
        Assert.All(Enumerable.Range(8, 248), i => Assert.True(light[i] > light[i - 8], $"colour {i} is darker than {i - 8}"));
    }

    [Fact]
    public void SpectrogramPicture_OfASine_IsBrightAtItsFrequencyOnly()
    {
        float[] sine = [.. Enumerable.Range(0, 24000).Select(i => 0.5f * MathF.Sin(2 * MathF.PI * 3000 * i / 24000))];
        byte[] png = SpectrogramPicture.Draw(new AudioBuffer(sine, 1, 24000), width: 50, height: 128);
        using var zlib = new ZLibStream(new MemoryStream(Chunks(png)["IDAT"]), CompressionMode.Decompress);
        var rows = new byte[128 * 51];
        zlib.ReadExactly(rows);

        // 3 kHz of 12 is a quarter up: row 96 from the top; column 25 is after the filter byte.
        int[] column = [.. Enumerable.Range(0, 128).Select(y => (int)rows[(y * 51) + 26])];
        Assert.InRange(Array.IndexOf(column, column.Max()), 94, 97);
        Assert.True(column[96] > 250 || column[95] > 250);
        Assert.True(column[10] < 30 && column[60] < 60);
    }

    [Fact]
    public void SpectrogramPicture_OfNothingOrSilence_IsStillAPicture()
    {
        Assert.NotEmpty(SpectrogramPicture.Draw(new AudioBuffer([], 1, 24000), 10, 10));
        Assert.NotEmpty(SpectrogramPicture.Draw(new AudioBuffer(new float[500], 2, 24000), 10, 10));
    }

    private static Dictionary<string, byte[]> Chunks(byte[] png)
    {
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add(System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }

        return chunks;
    }
}
