using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using AudioCodec.Audio;

namespace AudioCodec.Training.Logging;

/// <summary>Writes TensorBoard event files: scalars and audio.</summary>
/// <remarks>
/// Format: TFRecord frames (length, masked CRC-32C of the length, data, masked CRC-32C of the data) around protocol buffer messages
/// of TensorFlow's <c>event.proto</c> and <c>summary.proto</c>, of which only the fields used here are written.
/// </remarks>
internal sealed class TensorBoardWriter : IDisposable
{
    private const uint CrcMask = 0xA282EAD8;

    private readonly Stream _stream;

    /// <summary>Writes to a stream, starting with the file's version record.</summary>
    public TensorBoardWriter(Stream stream)
    {
        _stream = stream;
        WriteRecord(Event(0, message => Text(message, 3, "brain.Event:2")));
    }

    /// <summary>Opens a new event file in a folder.</summary>
    public static TensorBoardWriter Create(string folder)
    {
        string time = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture);
        return new TensorBoardWriter(File.Create(Path.Combine(folder, $"events.out.tfevents.{time}.{Environment.ProcessId}.audiocodec")));
    }

    /// <summary>Adds one point of a curve.</summary>
    public void Scalar(string tag, long step, double value) => WriteSummary(step, summary =>
    {
        Text(summary, 1, tag);
        Key(summary, 2, 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)value);
        summary.Write(bytes);
    });

    /// <summary>Adds a piece of audio as 16-bit WAV.</summary>
    public void Audio(string tag, long step, AudioBuffer audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        WriteSummary(step, summary =>
        {
            Text(summary, 1, tag);
            Message(summary, 6, sound =>
            {
                Key(sound, 1, 5);
                Span<byte> rate = stackalloc byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(rate, audio.SampleRateHz);
                sound.Write(rate);
                Key(sound, 2, 0);
                Varint(sound, (ulong)audio.Channels);
                Key(sound, 3, 0);
                Varint(sound, (ulong)audio.LengthSamples);
                Message(sound, 4, wav => wav.Write(WavWriter.ToBytes(audio)));
                Text(sound, 5, "audio/wav");
            });
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>CRC-32C (Castagnoli), masked as TFRecord files have it.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = Crc32.HashToUInt32(Crc32ParameterSet.Crc32C, data);
        return ((crc >> 15) | (crc << 17)) + CrcMask;
    }

    private static byte[] Event(long step, Action<MemoryStream> body)
    {
        using var message = new MemoryStream();
        Key(message, 1, 1);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(time, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
        message.Write(time);
        Key(message, 2, 0);
        Varint(message, (ulong)step);
        body(message);
        return message.ToArray();
    }

    private static void Text(MemoryStream message, int field, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Key(message, field, 2);
        Varint(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void Message(MemoryStream message, int field, Action<MemoryStream> body)
    {
        using var inner = new MemoryStream();
        body(inner);
        Key(message, field, 2);
        Varint(message, (ulong)inner.Length);
        inner.WriteTo(message);
    }

    private static void Key(MemoryStream message, int field, int wireType) => Varint(message, (ulong)((field << 3) | wireType));

    private static void Varint(MemoryStream message, ulong value)
    {
        while (value >= 0x80)
        {
            message.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        message.WriteByte((byte)value);
    }

    private void WriteSummary(long step, Action<MemoryStream> value) =>
        WriteRecord(Event(step, message => Message(message, 5, summary => Message(summary, 1, value))));

    private void WriteRecord(byte[] data)
    {
        Span<byte> prefix = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix[8..], MaskedCrc(prefix[..8]));
        _stream.Write(prefix);
        _stream.Write(data);
        Span<byte> suffix = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(suffix, MaskedCrc(data));
        _stream.Write(suffix);
        _stream.Flush();
    }
}
