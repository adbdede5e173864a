using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using AudioCodec.Audio;

namespace AudioCodec.Studio.Live;

/// <summary>The messages of a live stream; numbers are little-endian.</summary>
/// <remarks>
/// From the client, binary: place of the first sample on its clock (float64, samples), then samples (int16, channels interleaved). As text: <see cref="LiveNetwork"/> in JSON.
/// To the client, a message for each frame: place of its first sample on the client's clock (float64), time from the frame's encoding to this message (float32, ms),
/// size of its packet (uint16), <see cref="LivePacketState"/> (byte), a zero, then the decoded samples (int16).
/// </remarks>
internal static class LiveMessage
{
    private const int AudioHeadBytes = 8;
    private const int FrameHeadBytes = 16;
    private static readonly int s_sampleBytes = PcmSamples.BytesPerSample(PcmEncoding.S16);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    /// <summary>Reads a message of samples.</summary>
    /// <param name="message">The message.</param>
    /// <param name="channels">Channels of the codec.</param>
    /// <exception cref="LiveEnd">It is none.</exception>
    public static (double ClientSample, float[] Samples) ReadAudio(ReadOnlySpan<byte> message, int channels)
    {
        if (message.Length < AudioHeadBytes || (message.Length - AudioHeadBytes) % (s_sampleBytes * channels) != 0)
        {
            throw new LiveEnd(WebSocketCloseStatus.InvalidPayloadData, "A binary message is a float64 and 16-bit samples of all channels.");
        }

        double place = BinaryPrimitives.ReadDoubleLittleEndian(message);
        if (!double.IsFinite(place))
        {
            throw new LiveEnd(WebSocketCloseStatus.InvalidPayloadData, "The place of the first sample is no number.");
        }

        var samples = new float[(message.Length - AudioHeadBytes) / s_sampleBytes];
        PcmSamples.Decode(PcmEncoding.S16, message[AudioHeadBytes..], samples);
        return (place, samples);
    }

    /// <summary>Reads a message of settings.</summary>
    /// <exception cref="LiveEnd">It is none.</exception>
    public static LiveNetwork ReadNetwork(ReadOnlySpan<byte> message)
    {
        try
        {
            if (JsonSerializer.Deserialize<LiveNetwork>(message, s_json) is { IsValid: true } network)
            {
                return network;
            }
        }
        catch (JsonException)
        {
            // Answered below.
        }

        throw new LiveEnd(WebSocketCloseStatus.InvalidPayloadData, "A text message is {loss: 0 to 1, jitterMs: 0 to 1000, bufferMs: 0 to 1000}.");
    }

    /// <summary>Writes a frame.</summary>
    public static byte[] WriteFrame(LivePacket packet, double serverMs, ReadOnlySpan<float> samples)
    {
        var message = new byte[FrameHeadBytes + (samples.Length * s_sampleBytes)];
        BinaryPrimitives.WriteDoubleLittleEndian(message, packet.ClientSample);
        BinaryPrimitives.WriteSingleLittleEndian(message.AsSpan(8), (float)serverMs);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(12), (ushort)packet.Bytes.Length);
        message[14] = (byte)packet.State;
        PcmSamples.Encode(PcmEncoding.S16, samples, message.AsSpan(FrameHeadBytes));
        return message;
    }
}
