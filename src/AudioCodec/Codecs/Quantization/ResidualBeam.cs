using AudioCodec.Numerics;

namespace AudioCodec.Codecs.Quantization;

/// <summary>The best partial sums of a block of frames during a residual search, with the codes of each.</summary>
/// <param name="width">Partial sums kept per frame, W.</param>
internal sealed class ResidualBeam(int width)
{
    // Reduction of half the squared norm of the latent by each partial sum, [F, W]; the larger, the nearer.
    private float[] _gains = [];
    private readonly Candidate[] _best = new Candidate[width];
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

    /// <summary>Keeps the W best sums of a frame after one more level, of the last level the best one; the best first.</summary>
    /// <param name="level">The level.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="scores">[P, N], gain of each entry for each of the P sums kept so far.</param>
    /// <remarks>Each score is compared with the least gain kept so far, and few reach it: about W log(P N / W).</remarks>
    public void Extend(int level, int frame, ReadOnlySpan<float> scores)
    {
        int parents = level == 0 ? 1 : width;
        int size = scores.Length / parents;
        Span<float> gains = _gains.AsSpan(frame * width, width);
        Span<Candidate> best = _best.AsSpan(0, level == _levels - 1 ? 1 : width);
        best.Fill(Candidate.None);
        for (int parent = 0; parent < parents; parent++)
        {
            ReadOnlySpan<float> row = scores.Slice(parent * size, size);
            int code = -1;
            while ((code = ThresholdSearch.Next(row, code + 1, gains[parent], best[^1].Gain)) < size)
            {
                Insert(best, new Candidate(gains[parent] + row[code], row[code], (ushort)parent, (ushort)code));
            }
        }

        Span<(ushort Parent, ushort Code)> steps = Steps(level, frame);
        for (int rank = 0; rank < best.Length; rank++)
        {
            gains[rank] = best[rank].Gain;
            steps[rank] = (best[rank].Parent, best[rank].Code);
        }
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

    private static void Insert(Span<Candidate> best, in Candidate candidate)
    {
        if (!candidate.Precedes(best[^1]))
        {
            return;
        }

        int place = best.Length - 1;
        for (; place > 0 && candidate.Precedes(best[place - 1]); place--)
        {
            best[place] = best[place - 1];
        }

        best[place] = candidate;
    }

    /// <summary>A sum and its last entry. Candidates come by parent, then by code: that order decides between equal ones.</summary>
    private readonly record struct Candidate(float Gain, float Score, ushort Parent, ushort Code)
    {
        /// <summary>What stands where there is none: a frame with NaN keeps it.</summary>
        public static readonly Candidate None = new(float.NegativeInfinity, float.NegativeInfinity, 0, 0);

        /// <summary>Whether it is better than one that came before; gains that rounding made equal are told apart by the scores.</summary>
        public bool Precedes(in Candidate other) =>
            Gain > other.Gain || (Gain == other.Gain && Parent == other.Parent && Score > other.Score);
    }
}
