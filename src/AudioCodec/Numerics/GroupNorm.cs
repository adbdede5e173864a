using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <summary>
/// Normalization over channels and time, one group, in two parts: sums while a layer's output is still in the cache, then
/// gain and offset in the pass that reads it next. One instance measures one layer at a time.
/// </summary>
/// <remarks>Sums in double precision over runs of at most 4096 single-precision ones.</remarks>
internal sealed unsafe class GroupNorm
{
    private const double Epsilon = 1e-5;
    private const int Run = 4096;
    private double _sum;
    private double _squares;
    private long _length;
    private float[] _scale = [];
    private float[] _shift = [];

    /// <summary>Elements that gain and offset are spread over: whole rows.</summary>
    private int Width { get; set; }

    /// <summary>Forgets what was measured.</summary>
    public void Begin()
    {
        _sum = 0;
        _squares = 0;
        _length = 0;
    }

    /// <summary>Adds elements to the sums.</summary>
    /// <param name="values">Addresses <paramref name="count"/> elements.</param>
    /// <param name="count">Number of elements.</param>
    public void Measure(float* values, int count)
    {
        for (int at = 0; at < count; at += Run)
        {
            ReadOnlySpan<float> part = new(values + at, Math.Min(Run, count - at));
            _sum += TensorPrimitives.Sum(part);
            _squares += TensorPrimitives.SumOfSquares(part);
        }

        _length += count;
    }

    /// <summary>Turns the sums into a factor and a term per channel: mean 0 and variance 1, then gain and offset.</summary>
    /// <param name="gain">[C].</param>
    /// <param name="offset">[C].</param>
    public void End(ReadOnlySpan<float> gain, ReadOnlySpan<float> offset)
    {
        int channels = gain.Length;
        double mean = _sum / _length;
        double inverse = 1 / Math.Sqrt(Math.Max(0, (_squares / _length) - (mean * mean)) + Epsilon);
        Width = Math.Max(1, Run / 2 / channels) * channels;
        if (_scale.Length < Width)
        {
            _scale = new float[Width];
            _shift = new float[Width];
        }

        for (int i = 0; i < Width; i++)
        {
            int channel = i % channels;
            _scale[i] = (float)(gain[channel] * inverse);
            _shift[i] = (float)(offset[channel] - (gain[channel] * inverse * mean));
        }
    }

    /// <summary>Normalizes rows in place.</summary>
    /// <param name="rows">[T, C].</param>
    /// <param name="length">T times C.</param>
    public void Apply(float* rows, int length)
    {
        for (int at = 0; at < length; at += Width)
        {
            Span<float> values = new(rows + at, Math.Min(Width, length - at));
            TensorPrimitives.MultiplyAdd(values, _scale.AsSpan(0, values.Length), _shift.AsSpan(0, values.Length), values);
        }
    }

    /// <summary>Normalizes rows and adds them to what <paramref name="other"/> makes of another layer's, in one pass.</summary>
    /// <param name="rows">[T, C]; receives the sum.</param>
    /// <param name="other">The other layer's normalization, of as many channels.</param>
    /// <param name="otherRows">[T, C]; overwritten.</param>
    /// <param name="length">T times C.</param>
    public void ApplyAndAdd(float* rows, GroupNorm other, float* otherRows, int length)
    {
        for (int at = 0; at < length; at += Width)
        {
            int part = Math.Min(Width, length - at);
            Span<float> values = new(rows + at, part);
            Span<float> others = new(otherRows + at, part);
            TensorPrimitives.MultiplyAdd(others, other._scale.AsSpan(0, part), other._shift.AsSpan(0, part), others);
            TensorPrimitives.Add(others, _shift.AsSpan(0, part), others);
            TensorPrimitives.MultiplyAdd(values, _scale.AsSpan(0, part), others, values);
        }
    }
}
