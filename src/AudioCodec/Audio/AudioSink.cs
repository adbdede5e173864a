namespace AudioCodec.Audio;

/// <summary>Audio written front to back, as interleaved floats of nominal range -1 to 1.</summary>
/// <remarks>Disposing without <see cref="Complete"/> abandons the output: what was written stays unfinished.</remarks>
public abstract class AudioSink : IDisposable
{
    /// <summary>Samples per second and channel.</summary>
    public abstract int SampleRateHz { get; }

    /// <summary>Number of interleaved channels.</summary>
    public abstract int Channels { get; }

    /// <summary>Appends samples.</summary>
    /// <param name="samples">[T, C] interleaved; its length is a multiple of <see cref="Channels"/>.</param>
    /// <exception cref="InvalidOperationException">The sink is complete already, or more samples than announced were written.</exception>
    public abstract void Write(ReadOnlySpan<float> samples);

    /// <summary>Finishes the output: sizes are written and buffers flushed. To be called once, after the last sample.</summary>
    /// <exception cref="InvalidOperationException">Fewer samples were written than announced, or the sink is complete already.</exception>
    public abstract void Complete();

    /// <summary>Frees the file or pipe behind the sink.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the sink holds.</summary>
    /// <param name="disposing">Whether called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
