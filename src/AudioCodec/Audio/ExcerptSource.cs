namespace AudioCodec.Audio;

/// <summary>A part of a source; the samples before it are read and dropped.</summary>
/// <param name="source">Disposed together with this.</param>
/// <param name="startSample">First sample of the part; the part is empty if the source ends before it.</param>
/// <param name="lengthSamples">Most samples of the part.</param>
/// <exception cref="ArgumentOutOfRangeException">A start or a length is negative.</exception>
public sealed class ExcerptSource(AudioSource source, long startSample, long lengthSamples) : AudioSource
{
    private readonly long _startSample = NotNegative(startSample, nameof(startSample));
    private readonly long _mostSamples = NotNegative(lengthSamples, nameof(lengthSamples));
    private long _skipped;
    private long _given;

    /// <inheritdoc/>
    public override int SampleRateHz => source.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => source.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => source.LengthSamples is long samples ? Math.Clamp(samples - _startSample, 0, _mostSamples) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => source.Warnings;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        while (_skipped < _startSample)
        {
            int skipped = source.Read(destination[..(Channels * (int)Math.Min(destination.Length / Channels, _startSample - _skipped))]);
            if (skipped == 0)
            {
                return 0;
            }

            _skipped += skipped;
        }

        int read = source.Read(destination[..(Channels * (int)Math.Min(destination.Length / Channels, _mostSamples - _given))]);
        _given += read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private static long NotNegative(long value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }
}
