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
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<float> row = _buffer.Channel(channel).Slice(_position, samples);
            for (int t = 0; t < samples; t++)
            {
                destination[(t * Channels) + channel] = row[t];
            }
        }

        _position += samples;
        return samples;
    }
}
