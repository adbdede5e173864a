using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading.Channels;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Studio.Live;

/// <summary>One end of a live stream: encodes what a microphone gives and puts a packet for each frame on the simulated network.</summary>
internal sealed class LiveSender(ICodecEncoder encoder, EncodecConfig config, ChannelWriter<LivePacket> network) : ICodeSink, IDisposable
{
    private readonly MemoryStream _packet = new();
    private readonly Random _random = new();
    private double _clientStart;
    private long _frames;

    /// <summary>What the network does from now on.</summary>
    public LiveNetwork Network { get; set; } = new();

    /// <summary>Codes per frame, K.</summary>
    public int Codebooks => encoder.Codebooks;

    /// <summary>Samples per channel encoded so far.</summary>
    public long LengthSamples => encoder.LengthSamples;

    /// <summary>Encodes samples.</summary>
    /// <param name="clientSample">Place of the first on the client's clock.</param>
    /// <param name="samples">[T, C].</param>
    /// <exception cref="LiveEnd">The client does not read its messages.</exception>
    public void Write(double clientSample, ReadOnlySpan<float> samples)
    {
        _clientStart = clientSample - encoder.LengthSamples;
        encoder.Write(samples, this);
    }

    /// <inheritdoc/>
    public void BeginSegment(float scale)
    {
        // A stream that can be live is one segment of scale 1.
    }

    /// <inheritdoc/>
    public void WriteFrames(ReadOnlySpan<ushort> codes)
    {
        for (; codes.Length > 0; codes = codes[encoder.Codebooks..])
        {
            var packet = new LivePacket(Pack(codes[..encoder.Codebooks]), Network.Send(_random), _clientStart + (_frames++ * config.HopSamples), Stopwatch.GetTimestamp(), Network.BufferMs);
            if (!network.TryWrite(packet))
            {
                throw new LiveEnd(WebSocketCloseStatus.PolicyViolation, "Messages of this server are not read.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();

    private byte[] Pack(ReadOnlySpan<ushort> frame)
    {
        _packet.SetLength(0);
        var bits = new BitWriter(_packet);
        foreach (ushort code in frame)
        {
            bits.Write(code, config.BitsPerCode);
        }

        bits.AlignToByte();
        bits.Flush();
        return _packet.ToArray();
    }
}
