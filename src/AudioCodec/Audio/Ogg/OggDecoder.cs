namespace AudioCodec.Audio.Ogg;

/// <summary>Decodes the packets of one logical stream.</summary>
internal abstract class OggDecoder : IDisposable
{
    /// <summary>Samples per second and channel.</summary>
    public abstract int SampleRateHz { get; }

    /// <summary>Channels of the output, in the order of WAV.</summary>
    public abstract int Channels { get; }

    /// <summary>Samples per channel at the beginning that are no part of the recording.</summary>
    public abstract int PreSkipSamples { get; }

    /// <summary>Whether the first page's position tells that still more of the beginning is to be dropped.</summary>
    public abstract bool TrimsStart { get; }

    /// <summary>Most samples per channel of a packet.</summary>
    public abstract int MostSamples { get; }

    /// <summary>Samples per channel that a packet adds, or -1 for one to be ignored; asked once for each packet, in their order.</summary>
    public abstract int Duration(ReadOnlySpan<byte> packet);

    /// <summary>Decodes a packet that is not to be ignored.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="destination">[T, C] interleaved, as long as the packet's duration.</param>
    /// <exception cref="AudioFormatException">The packet is damaged.</exception>
    public abstract void Decode(ReadOnlySpan<byte> packet, Span<float> destination);

    /// <inheritdoc/>
    public abstract void Dispose();
}
