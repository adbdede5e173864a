namespace AudioCodec.Audio;

/// <summary>Audio read front to back, as interleaved floats of nominal range -1 to 1.</summary>
public abstract class AudioSource : IDisposable
{
    /// <summary>Samples per second and channel.</summary>
    public abstract int SampleRateHz { get; }

    /// <summary>Number of interleaved channels.</summary>
    public abstract int Channels { get; }

    /// <summary>Samples per channel if the container states them, else <see langword="null"/> (a pipe).</summary>
    public abstract long? LengthSamples { get; }

    /// <summary>Irregularities that were tolerated, in sentences for the user; complete once the end was reached.</summary>
    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>Reads up to <c>destination.Length / Channels</c> samples per channel.</summary>
    /// <param name="destination">[T, C] interleaved; its length is a multiple of <see cref="Channels"/>.</param>
    /// <returns>Samples per channel read; 0 only at the end. May be fewer than asked for before that.</returns>
    /// <exception cref="AudioFormatException">The data are damaged.</exception>
    public abstract int Read(Span<float> destination);

    /// <summary>Frees the file or process behind the source.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the source holds.</summary>
    /// <param name="disposing">Whether called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
