using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Joins segments that overlap, each weighted by a triangle over the first segment's length.</summary>
/// <param name="channels">Audio channels C.</param>
/// <param name="strideSamples">Distance between the starts of segments.</param>
/// <remarks>
/// Source: encodec, utils.py. Sample t of a segment weighs 0.5 - |u - 0.5| with u = (t+1) / (n+1), n the length of the first
/// segment; the sum is divided by the sum of the weights. What comes out is final; only the overlap is kept.
/// </remarks>
internal sealed unsafe class SegmentOverlap(int channels, int strideSamples)
{
    // Weighted sums and sums of weights of the samples that were not given yet, from the latest segment's start or later.
    private readonly RowBuffer _sums = new(channels);
    private readonly RowBuffer _weights = new(1);
    private int _firstLength;
    private bool _ended;

    /// <summary>Forgets the segments.</summary>
    public void Reset()
    {
        _sums.Clear();
        _weights.Clear();
        _firstLength = 0;
        _ended = false;
    }

    /// <summary>Takes a segment and puts in its place the samples that no later segment touches.</summary>
    /// <param name="segment">[T, C], the decoded segment.</param>
    /// <exception cref="ArgumentException">It is longer than the first, or follows one that was shorter than the stride.</exception>
    public void Add(RowBuffer segment)
    {
        _firstLength = _firstLength == 0 ? segment.Count : _firstLength;
        if (_ended || segment.Count > _firstLength)
        {
            throw new ArgumentException(
                $"A segment of {segment.Count} samples stands where none of that length can; the first has {_firstLength}.",
                nameof(segment));
        }

        AddWeighted(segment);
        _ended = segment.Count < strideSamples;
        segment.Clear();
        Give(Math.Min(strideSamples, _sums.Count), segment);
    }

    /// <summary>Gives the rest and forgets the segments.</summary>
    /// <param name="destination">[*, C], rows are added here.</param>
    public void Flush(RowBuffer destination)
    {
        Give(_sums.Count, destination);
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

    private void Give(int count, RowBuffer destination)
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
