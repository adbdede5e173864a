using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Joins segments that overlap, each weighted by a triangle over the first segment's length.</summary>
/// <param name="channels">Audio channels C.</param>
/// <param name="strideSamples">Distance between the starts of segments.</param>
/// <remarks>
/// Source: encodec, utils.py. Sample t of a segment weighs 0.5 - |u - 0.5| with u = (t+1) / (n+1), n the length of the first
/// segment; the sum is divided by the sum of the weights. Samples are passed on once they are final; only the overlap is kept.
/// </remarks>
internal sealed unsafe class SegmentOverlap(int channels, int strideSamples)
{
    // Weighted sums and sums of weights of the samples not yet passed on, from the latest segment's start or later.
    private readonly RowBuffer _sums = new(channels);
    private readonly RowBuffer _weights = new(1);
    private int _firstLength;
    private bool _ended;

    /// <summary>Prepares for another signal.</summary>
    public void Reset()
    {
        _sums.Clear();
        _weights.Clear();
        _firstLength = 0;
        _ended = false;
    }

    /// <summary>Adds a segment, and replaces it by the samples that no later segment overlaps.</summary>
    /// <param name="segment">[T, C], the decoded segment.</param>
    /// <exception cref="ArgumentException">It is longer than the first, or follows one that was shorter than the stride.</exception>
    public void Add(RowBuffer segment)
    {
        _firstLength = _firstLength == 0 ? segment.Count : _firstLength;
        if (_ended || segment.Count > _firstLength)
        {
            throw new ArgumentException(
                $"A segment of {segment.Count} samples cannot follow: the first has {_firstLength}, and only the last may be shorter.",
                nameof(segment));
        }

        AddWeighted(segment);
        _ended = segment.Count < strideSamples;
        segment.Clear();
        Emit(Math.Min(strideSamples, _sums.Count), segment);
    }

    /// <summary>Writes the remaining samples, and prepares for another signal.</summary>
    /// <param name="destination">[*, C], rows are appended here.</param>
    public void Flush(RowBuffer destination)
    {
        Emit(_sums.Count, destination);
        Reset();
    }

    private void AddWeighted(RowBuffer segment)
    {
        int missing = Math.Max(0, segment.Count - _sums.Count);
        new Span<float>(_sums.Append(missing), missing * channels).Clear();
        new Span<float>(_weights.Append(missing), missing).Clear();
        float* sums = _sums.Pointer;
        float* weights = _weights.Pointer;
        float* values = segment.Pointer;
        for (int t = 0; t < segment.Count; t++)
        {
            float weight = 0.5f - MathF.Abs(((t + 1f) / (_firstLength + 1f)) - 0.5f);
            weights[t] += weight;
            for (int channel = 0; channel < channels; channel++)
            {
                sums[(t * channels) + channel] += weight * values[(t * channels) + channel];
            }
        }
    }

    private void Emit(int count, RowBuffer destination)
    {
        float* given = destination.Append(count);
        float* sums = _sums.Pointer;
        float* weights = _weights.Pointer;
        for (int t = 0; t < count; t++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                given[(t * channels) + channel] = sums[(t * channels) + channel] / weights[t];
            }
        }

        _sums.RemoveFirst(count);
        _weights.RemoveFirst(count);
    }
}
