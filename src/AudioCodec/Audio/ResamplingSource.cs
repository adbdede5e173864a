namespace AudioCodec.Audio;

/// <summary>A source at another sample rate, converted by <see cref="Resampler"/> while it is read.</summary>
internal sealed class ResamplingSource : AudioSource
{
    private const int MostBlockValues = 1 << 14;

    private readonly AudioSource _source;
    private readonly Resampler _resampler;
    private readonly float[] _input;
    private readonly float[] _output;
    private int _outputStart;
    private int _outputSamples;
    private bool _flushed;

    /// <summary>Wraps a source.</summary>
    /// <param name="source">Disposed together with this.</param>
    /// <param name="sampleRateHz">Wanted samples per second and channel.</param>
    /// <exception cref="ArgumentException">The rates differ by more than <see cref="Resampler.MaxRatio"/>.</exception>
    public ResamplingSource(AudioSource source, int sampleRateHz)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _resampler = new Resampler(source.SampleRateHz, sampleRateHz, source.Channels);
        int samplesPerBlock = (int)Math.Clamp(
            (long)MostBlockValues * source.SampleRateHz / ((long)Math.Max(sampleRateHz, source.SampleRateHz) * source.Channels), 1, 1024);
        _input = new float[samplesPerBlock * source.Channels];
        _output = new float[Math.Max(_resampler.MaxOutput(samplesPerBlock), _resampler.MaxFlushOutput) * source.Channels];
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _resampler.TargetRateHz;

    /// <inheritdoc/>
    public override int Channels => _source.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _source.LengthSamples is long samples
        ? Resampler.OutputLength(samples, _resampler.SourceRateHz, _resampler.TargetRateHz)
        : null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _source.Warnings;

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        while (_outputSamples == 0 && !_flushed)
        {
            int read = _source.Read(_input);
            _flushed = read == 0;
            _outputStart = 0;
            _outputSamples = _flushed
                ? _resampler.Flush(_output)
                : _resampler.Process(_input.AsSpan(0, read * Channels), _output);
        }

        int given = Math.Min(destination.Length / Channels, _outputSamples);
        _output.AsSpan(_outputStart * Channels, given * Channels).CopyTo(destination);
        _outputStart += given;
        _outputSamples -= given;
        return given;
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
