namespace AudioCodec.Audio;

/// <summary>A source with another number of channels, converted by <see cref="ChannelConverter"/> while it is read.</summary>
internal sealed class ChannelConvertingSource : AudioSource
{
    private const int BlockSamples = 2048;

    private readonly AudioSource _source;
    private readonly ChannelConverter _converter;
    private readonly float[] _block;

    /// <summary>Wraps a source.</summary>
    /// <param name="source">Disposed together with this.</param>
    /// <param name="channels">Wanted channels.</param>
    /// <exception cref="ArgumentException">Conversion to that number of channels is not supported.</exception>
    public ChannelConvertingSource(AudioSource source, int channels)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _converter = new ChannelConverter(source.Channels, channels);
        _block = new float[BlockSamples * source.Channels];
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _source.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _converter.TargetChannels;

    /// <inheritdoc/>
    public override long? LengthSamples => _source.LengthSamples;

    /// <summary>Whether channels are mixed, so that something is lost.</summary>
    public bool IsDownmix => _converter.IsDownmix;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => IsDownmix
        ? [$"{_source.Channels} channels were mixed down to {Channels}.", .. _source.Warnings]
        : _source.Warnings;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int wanted = Math.Min(destination.Length / Channels, BlockSamples);
        int read = _source.Read(_block.AsSpan(0, wanted * _source.Channels));
        _converter.Convert(_block.AsSpan(0, read * _source.Channels), destination[..(read * Channels)]);
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
        }

        base.Dispose(disposing);
    }
}
