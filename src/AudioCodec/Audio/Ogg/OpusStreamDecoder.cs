using System.Numerics.Tensors;
using Concentus.Structs;

namespace AudioCodec.Audio.Ogg;

/// <summary>Opus at 48 kHz, decoded by Concentus in managed code.</summary>
/// <remarks>
/// Accuracy: samples of 16 bits; speech frames are libopus's to the bit, others within that rounding. But of the hybrid frames with transients (speech at
/// 24 to 40 kbit/s) the band from 9.6 kHz is filled as RFC 6716 has it, not as RFC 8251 later improved it.
/// </remarks>
internal sealed class OpusStreamDecoder : OggDecoder
{
    private const int RateHz = 48000;
    private const int LongestSamples = RateHz * 120 / 1000;

    private readonly OpusHeader _header;
    private readonly OpusMSDecoder _decoder;
    private readonly string _path;

    /// <summary>Prepares decoding.</summary>
    public OpusStreamDecoder(OpusHeader header, string path)
    {
        _header = header;
        _path = path;
        byte[] mapping = new byte[header.Channels];
        ReadOnlySpan<byte> order = OggChannels.Order(header.Channels);
        for (int channel = 0; channel < mapping.Length; channel++)
        {
            mapping[channel] = header.Mapping[order[channel]];
        }

#pragma warning disable CS0618 // The factory it recommends would look for a native library.
        _decoder = new OpusMSDecoder(RateHz, header.Channels, header.Streams, header.CoupledStreams, mapping);
#pragma warning restore CS0618
    }

    /// <inheritdoc/>
    public override int SampleRateHz => RateHz;

    /// <inheritdoc/>
    public override int Channels => _header.Channels;

    /// <inheritdoc/>
    public override int PreSkipSamples => _header.PreSkipSamples;

    /// <inheritdoc/>
    public override bool TrimsStart => false;

    /// <inheritdoc/>
    public override int MostSamples => LongestSamples;

    /// <inheritdoc/>
    /// <remarks>Source: RFC 6716, section 3.1 and table 2.</remarks>
    public override int Duration(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return -1;
        }

        int configuration = packet[0] >> 3;
        int frame = configuration switch
        {
            < 12 => (configuration & 3) == 3 ? RateHz * 60 / 1000 : RateHz / 100 << (configuration & 3),
            < 16 => RateHz / 100 << (configuration & 1),
            _ => RateHz / 400 << (configuration & 3),
        };
        int frames = (packet[0] & 3) switch
        {
            0 => 1,
            3 => packet.Length > 1 ? packet[1] & 63 : 0,
            _ => 2,
        };
        return frames == 0 || frames * frame > LongestSamples ? -1 : frames * frame;
    }

    /// <inheritdoc/>
    public override void Decode(ReadOnlySpan<byte> packet, Span<float> destination)
    {
        int samples = destination.Length / Channels;
        int decoded;
        try
        {
            decoded = _decoder.DecodeMultistream(packet, destination, samples, decode_fec: false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever a damaged packet does to the package.
            throw new AudioFormatException($"'{_path}' is a damaged Opus file: a packet cannot be decoded ({exception.Message}).", _path, exception);
        }

        if (decoded != samples)
        {
            throw new AudioFormatException($"'{_path}' is a damaged Opus file: a packet of {samples} samples gave {decoded}.", _path);
        }

        if (_header.Gain != 1)
        {
            TensorPrimitives.Multiply(destination, _header.Gain, destination);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();
}
