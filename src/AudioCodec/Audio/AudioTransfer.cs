namespace AudioCodec.Audio;

/// <summary>Copies a source to a sink, clipped as by the reference.</summary>
public static class AudioTransfer
{
    private const int BlockSamples = 1 << 14;

    /// <summary>Reads a source to its end and returns its largest magnitude: the first pass of rescaling.</summary>
    /// <param name="source">The audio, already converted to the output's format. Not disposed.</param>
    /// <param name="progress">Receives 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    public static float MeasurePeak(AudioSource source, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        PeakGuard guard = new();
        ForEachBlock(source, block => guard.Measure(block), progress, cancellationToken);
        return guard.Peak;
    }

    /// <summary>Writes a source to its end and completes the sink.</summary>
    /// <param name="source">The audio. Not disposed.</param>
    /// <param name="sink">Of the source's rate and channels. Not disposed.</param>
    /// <param name="gain">Factor applied before clipping: 1, or <see cref="PeakGuard.RescaleGain"/> of the peak.</param>
    /// <param name="progress">Receives 0 to 1.</param>
    /// <param name="cancellationToken">Stops between blocks; the sink is then not completed.</param>
    /// <exception cref="BitstreamException">The stream behind the source is damaged.</exception>
    /// <exception cref="ArgumentException">The sink has another rate or number of channels.</exception>
    /// <exception cref="IOException">The sink cannot be written.</exception>
    public static AudioTransferResult Write(
        AudioSource source,
        AudioSink sink,
        float gain = 1,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);
        if (sink.SampleRateHz != source.SampleRateHz || sink.Channels != source.Channels)
        {
            throw new ArgumentException(
                $"The sink takes {sink.Channels} channels at {sink.SampleRateHz} Hz; the source has {source.Channels} at {source.SampleRateHz} Hz.",
                nameof(sink));
        }

        PeakGuard guard = new(gain);
        long samples = ForEachBlock(
            source,
            block =>
            {
                guard.Apply(block);
                sink.Write(block);
            },
            progress,
            cancellationToken);
        sink.Complete();
        return new AudioTransferResult(samples, guard.Peak, gain, guard.ClippedValues, source.Warnings);
    }

    private static long ForEachBlock(
        AudioSource source, BlockAction action, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var block = new float[BlockSamples * source.Channels];
        long samples = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = source.Read(block);
            if (read == 0)
            {
                progress?.Report(1);
                return samples;
            }

            action(block.AsSpan(0, read * source.Channels));
            samples += read;
            if (source.LengthSamples is > 0 and long length)
            {
                progress?.Report(Math.Min(1, (double)samples / length));
            }
        }
    }

    private delegate void BlockAction(Span<float> block);
}
