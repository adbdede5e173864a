using System.Numerics.Tensors;

namespace AudioCodec.Codecs.Quantization;

/// <summary>The best partial sums of a block of frames during a residual search, with the codes of each.</summary>
/// <param name="width">Partial sums kept per frame, W.</param>
internal sealed class ResidualBeam(int width)
{
    // Reduction of half the squared norm of the latent by each partial sum, [F, W]; the larger, the nearer.
    private float[] _gains = [];
    private readonly float[] _kept = new float[width];
    private (ushort Parent, ushort Code)[] _steps = [];
    private int _frames;
    private int _levels;

    /// <summary>Starts a block.</summary>
    public void Begin(int frames, int levels)
    {
        (_frames, _levels) = (frames, levels);
        if (_gains.Length < frames * width)
        {
            _gains = new float[frames * width];
        }

        if (_steps.Length < levels * frames * width)
        {
            _steps = new (ushort, ushort)[levels * frames * width];
        }

        _gains.AsSpan(0, frames * width).Clear();
    }

    /// <summary>Keeps the W best sums of a frame after one more level, the best first.</summary>
    /// <param name="level">The level.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="scores">[P, N], gain of each entry for each of the P sums kept so far; overwritten.</param>
    public void Extend(int level, int frame, Span<float> scores)
    {
        int parents = level == 0 ? 1 : width;
        int size = scores.Length / parents;
        Span<float> gains = _gains.AsSpan(frame * width, width);
        Span<(ushort Parent, ushort Code)> steps = Steps(level, frame);
        int count = 0;
        for (int parent = 0; parent < parents; parent++)
        {
            Span<float> row = scores.Slice(parent * size, size);
            for (int rank = 0; rank < width; rank++)
            {
                int code = ArgMax(row);
                float gain = gains[parent] + row[code];
                if (count == width && !(gain > _kept[^1]))
                {
                    break;
                }

                row[code] = float.NegativeInfinity;
                count = Math.Min(count + 1, width);
                int place = count - 1;
                for (; place > 0 && gain > _kept[place - 1]; place--)
                {
                    (_kept[place], steps[place]) = (_kept[place - 1], steps[place - 1]);
                }

                (_kept[place], steps[place]) = (gain, ((ushort)parent, (ushort)code));
            }
        }

        _kept.CopyTo(gains);
    }

    /// <summary>A kept sum: which sum of the level before it extends, and by which entry.</summary>
    public (int Parent, int Code) Kept(int level, int frame, int rank) => Steps(level, frame)[rank];

    /// <summary>The codes of each frame's best sum.</summary>
    /// <param name="codes">Receives [F, K].</param>
    public void Best(Span<ushort> codes)
    {
        for (int frame = 0; frame < _frames; frame++)
        {
            int rank = 0;
            for (int level = _levels - 1; level >= 0; level--)
            {
                (rank, int code) = Kept(level, frame, rank);
                codes[(frame * _levels) + level] = (ushort)code;
            }
        }
    }

    private Span<(ushort Parent, ushort Code)> Steps(int level, int frame) => _steps.AsSpan(((level * _frames) + frame) * width, width);

    private static int ArgMax(ReadOnlySpan<float> values)
    {
        // MaxNumber skips NaN; the first place that holds the maximum is the lowest index among ties.
        int index = values.IndexOf(TensorPrimitives.MaxNumber(values));
        return Math.Max(index, 0);
    }
}
