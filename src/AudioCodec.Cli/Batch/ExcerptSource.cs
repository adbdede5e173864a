using AudioCodec.Audio;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

/// <summary>A part of a source: what stands before it is read and left out.</summary>
/// <param name="source">Disposed together with this.</param>
/// <param name="range">The part; where the source ends before it, so does this.</param>
internal sealed class ExcerptSource(AudioSource source, SampleRange range) : AudioSource
{
    private long _skip = range.Start;
    private long _left = range.Length;

    public override int SampleRateHz => source.SampleRateHz;

    public override int Channels => source.Channels;

    public override long? LengthSamples => source.LengthSamples is long samples ? Math.Clamp(samples - range.Start, 0, range.Length) : null;

    public override IReadOnlyList<string> Warnings => source.Warnings;

    public override int Read(Span<float> destination)
    {
        while (_skip > 0)
        {
            int skipped = source.Read(destination[..(int)Math.Min(destination.Length, _skip * Channels)]);
            if (skipped == 0)
            {
                return 0;
            }

            _skip -= skipped;
        }

        int read = source.Read(destination[..(int)Math.Min(destination.Length, _left * Channels)]);
        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
