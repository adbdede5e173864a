using AudioCodec.Numerics.Vectors;

namespace AudioCodec.Numerics;

/// <summary>
/// Normalization over all channels and time, one group, in two parts: sums while a layer's output is still in the cache, then
/// gain and offset in the pass that reads it next (<see cref="RowFinish"/>). One instance measures one layer at a time.
/// </summary>
/// <remarks>Sums in double precision over runs of at most 4096 single-precision ones.</remarks>
internal sealed unsafe class GroupNorm
{
    private const double Epsilon = 1e-5;
    private const int PatternLength = 2048;
    private double _sum;
    private double _squares;
    private long _length;
    private AlignedArray _scale = AlignedArray.Empty;
    private AlignedArray _shift = AlignedArray.Empty;

    /// <summary>Period of the factors and terms in elements: a multiple of the channels and of the vector length.</summary>
    public int Width { get; private set; }

    /// <summary>Factor of each element of <see cref="Width"/>.</summary>
    public float* Scale => _scale.Pointer;

    /// <summary>Term of each element of <see cref="Width"/>.</summary>
    public float* Shift => _shift.Pointer;

    /// <summary>Starts measuring an output of <paramref name="length"/> elements.</summary>
    public void Begin(long length)
    {
        _sum = 0;
        _squares = 0;
        _length = length;
    }

    /// <summary>Adds the sums of some of the elements.</summary>
    public void Add(in ElementSums sums)
    {
        _sum += sums.Sum;
        _squares += sums.Squares;
    }

    /// <summary>Computes from the sums a factor and a term per channel: mean 0 and variance 1, then gain and offset.</summary>
    /// <param name="gain">[C].</param>
    /// <param name="offset">[C].</param>
    public void End(ReadOnlySpan<float> gain, ReadOnlySpan<float> offset)
    {
        int channels = gain.Length;
        double mean = _sum / _length;
        double inverse = 1 / Math.Sqrt(Math.Max(0, (_squares / _length) - (mean * mean)) + Epsilon);
        int whole = channels;
        while (whole % Simd.Lanes != 0)
        {
            whole += channels;
        }

        Width = Math.Max(1, PatternLength / whole) * whole;
        if (_scale.Length < Width)
        {
            _scale = new AlignedArray(Width);
            _shift = new AlignedArray(Width);
        }

        Span<float> scale = _scale.Span[..Width];
        Span<float> shift = _shift.Span[..Width];
        for (int i = 0; i < channels; i++)
        {
            scale[i] = (float)(gain[i] * inverse);
            shift[i] = (float)(offset[i] - (gain[i] * inverse * mean));
        }

        for (int at = channels; at < Width; at += channels)
        {
            scale[..channels].CopyTo(scale[at..]);
            shift[..channels].CopyTo(shift[at..]);
        }
    }
}
