namespace AudioCodec.Audio;

/// <summary>Reads an <see cref="AudioBuffer"/> front to back.</summary>
/// <param name="buffer">The audio; not copied.</param>
public sealed class AudioBufferSource(AudioBuffer buffer) : AudioSource
{
    private readonly AudioBuffer _buffer = buffer ?? throw new ArgumentNullException(nameof(buffer));
    private int _position;

    /// <inheritdoc/>
    public override int SampleRateHz => _buffer.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _buffer.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _buffer.LengthSamples;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int samples = Math.Min(destination.Length / Channels, _buffer.LengthSamples - _position);
        _buffer.ReadInterleaved(_position, destination[..(samples * Channels)]);
        _position += samples;
        return samples;
    }
}
