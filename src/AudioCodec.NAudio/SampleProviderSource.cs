using System.Runtime.CompilerServices;
using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio;

/// <summary>Audio of an NAudio provider as a source of the library. NaN and infinity are read as 0.</summary>
public sealed class SampleProviderSource : AudioSource
{
    private readonly ISampleProvider _provider;
    private readonly long? _expectedSamples;
    private long _samplesRead;
    private int _leftOver;
    private long _nonFinite;
    private bool _ended;

    /// <summary>Reads a provider to its end; one that never ends, as a signal generator, never ends here either.</summary>
    /// <param name="provider">Of any rate and number of channels; not disposed.</param>
    /// <param name="lengthSamples">Samples per channel that it is going to give; <see langword="null"/> where a <see cref="WaveStream"/> knows, or nobody does.</param>
    [OverloadResolutionPriority(1)]
    public SampleProviderSource(ISampleProvider provider, long? lengthSamples = null)
    {
        ArgumentNullException.ThrowIfNull(provider);
        _provider = provider;
        _expectedSamples = lengthSamples ?? Remaining(provider);
    }

    /// <summary>Reads a provider of bytes to its end.</summary>
    /// <param name="provider">PCM or float of any rate and number of channels; not disposed.</param>
    /// <exception cref="AudioFormatException">Its samples are compressed, or of a kind that NAudio does not convert.</exception>
    public SampleProviderSource(IWaveProvider provider)
        : this(ToSamples(provider), Remaining(provider))
    {
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _provider.WaveFormat.SampleRate;

    /// <inheritdoc/>
    public override int Channels => _provider.WaveFormat.Channels;

    /// <inheritdoc/>
    /// <remarks>Once the end was reached, what there was.</remarks>
    public override long? LengthSamples => _ended ? _samplesRead : _expectedSamples;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings
    {
        get
        {
            List<string> warnings = [];
            if (_leftOver > 0)
            {
                warnings.Add($"The last {_leftOver} values are less than one sample of all channels and were left out.");
            }

            if (_nonFinite > 0)
            {
                warnings.Add($"{_nonFinite} samples were NaN or infinite and were read as 0.");
            }

            return warnings;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int channels = Channels;
        int values = 0;

        // A provider may give a part of a sample: the rest of it comes next.
        while (!_ended && values < destination.Length && (values == 0 || values % channels != 0))
        {
            int read = _provider.Read(destination[values..]);
            _ended = read == 0;
            values += read;
        }

        _leftOver += values % channels; // Only at the end.
        _samplesRead += values / channels;
        Clean(destination[..values]);
        return values / channels;
    }

    private static ISampleProvider ToSamples(IWaveProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        try
        {
            return provider as ISampleProvider ?? provider.ToSampleProvider();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            WaveFormat format = provider.WaveFormat;
            throw new AudioFormatException(
                $"The provider gives {format.Encoding} with {format.BitsPerSample} bits; PCM of 8 to 32 bits and float can be compressed. "
                + "Convert it to PCM with NAudio first.",
                "-",
                exception);
        }
    }

    private static long? Remaining(object provider) =>
        provider is WaveStream stream ? Math.Max(0, stream.Length - stream.Position) / stream.BlockAlign : null;

    private void Clean(Span<float> samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                samples[i] = 0;
                _nonFinite++;
            }
        }
    }
}
