using System.Runtime.InteropServices;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Studio.Live;

/// <summary>The other end of a live stream: decodes the packets that come, and conceals those that do not.</summary>
internal sealed class LiveReceiver(ICodecDecoder decoder, EncodecConfig config) : ISampleSink, IDisposable
{
    private readonly ConcealingDecoder _decoder = new(decoder, config);
    private readonly ushort[] _codes = new ushort[decoder.Codebooks];
    private readonly List<float> _samples = [];

    /// <summary>Gives the samples of a packet's frame, [T, C].</summary>
    public ReadOnlySpan<float> Take(LivePacket packet)
    {
        _samples.Clear();
        if (packet.State == LivePacketState.Received)
        {
            var bits = new BitReader(packet.Bytes);
            foreach (ref ushort code in _codes.AsSpan())
            {
                bits.TryRead(config.BitsPerCode, out uint value);
                code = (ushort)value;
            }

            _decoder.Write(_codes, this);
        }
        else
        {
            _decoder.WriteLost(this);
        }

        return CollectionsMarshal.AsSpan(_samples);
    }

    /// <inheritdoc/>
    public void WriteSamples(ReadOnlySpan<float> interleaved) => _samples.AddRange(interleaved);

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();
}
