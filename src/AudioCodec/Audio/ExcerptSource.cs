namespace AudioCodec.Audio;

/// <summary>A part of a source; the samples before it are read and dropped.</summary>
/// <param name="source">Disposed together with this.</param>
/// <param name="startSample">First sample of the part; the part is empty if the source ends before it.</param>
/// <param name="lengthSamples">Most samples of the part.</param>
public sealed class ExcerptSource(AudioSource source, long startSample, long lengthSamples) : AudioSource
{
    private long _skipped;
    private long _given;

    /// <inheritdoc/>
    public override int SampleRateHz => source.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => source.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => source.LengthSamples is long samples ? Math.Clamp(samples - startSample, 0, lengthSamples) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => source.Warnings;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        while (_skipped < startSample)
        {
            int skipped = source.Read(destination[..(Channels * (int)Math.Min(destination.Length / Channels, startSample - _skipped))]);
            if (skipped == 0)
            {
                return 0;
            }

            _skipped += skipped;
        }

        int read = source.Read(destination[..(Channels * (int)Math.Min(destination.Length / Channels, lengthSamples - _given))]);
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
}
