using System.Buffers.Binary;
using System.Text;
using AudioCodec.Audio;

namespace AudioCodec.Tests.Audio;

/// <summary>WAV files put together by hand, chunk by chunk, independent of the writer under test.</summary>
internal static class WavBytes
{
    public static byte[] Chunk(string name, params byte[] body)
    {
        var chunk = new byte[8 + body.Length + (body.Length & 1)];
        Encoding.ASCII.GetBytes(name).CopyTo(chunk, 0);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), body.Length);
        body.CopyTo(chunk, 8);
        return chunk;
    }

    public static byte[] Format(int tag, int channels, int sampleRateHz, int bits, int? blockBytes = null)
    {
        var body = new byte[16];
        int block = blockBytes ?? channels * bits / 8;
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)tag);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), sampleRateHz);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), sampleRateHz * block);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(12), (ushort)block);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(14), (ushort)bits);
        return Chunk("fmt ", body);
    }

    public static byte[] File(params byte[][] chunks) => File("RIFF", null, chunks);

    public static byte[] File(string tag, uint? riffSize, params byte[][] chunks)
    {
        byte[] content = [.. chunks.SelectMany(chunk => chunk)];
        var head = new byte[12];
        Encoding.ASCII.GetBytes(tag).CopyTo(head, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), riffSize ?? (uint)(content.Length + 4));
        "WAVE"u8.CopyTo(head.AsSpan(8));
        return [.. head, .. content];
    }

    /// <summary>Overwrites the size of the data chunk, which starts the last <paramref name="dataBytes"/> + 8 bytes.</summary>
    public static byte[] WithDataSize(byte[] file, int dataBytes, uint size)
    {
        var changed = (byte[])file.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(file.Length - dataBytes - 4), size);
        return changed;
    }

    public static byte[] Pcm16(params short[] samples) =>
        [.. samples.SelectMany(sample => new[] { (byte)sample, (byte)(sample >> 8) })];

    /// <summary>Everything of a source, interleaved, read in uneven steps.</summary>
    public static float[] ReadAll(AudioSource source, int samplesPerRead = 777)
    {
        var all = new List<float>();
        var part = new float[samplesPerRead * source.Channels];
        for (int read = source.Read(part); read > 0; read = source.Read(part))
        {
            all.AddRange(part.AsSpan(0, read * source.Channels));
        }

        return [.. all];
    }
}
