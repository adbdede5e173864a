using System.Numerics.Tensors;

namespace AudioCodec.Numerics;

/// <summary>y[t] = x[t] E + x[t+1] L + bias with three products for every two outputs instead of four.</summary>
/// <remarks>
/// With t even: m = x[t+1] (E + L) + bias; y[t] = m + (x[t] - x[t+1]) E; y[t+1] = m + (x[t+2] - x[t+1]) L (the shortest of
/// Winograd's minimal filters; arXiv 1509.09308). An output's bits depend on x[t], x[t+1] and whether t is even only, never on
/// how many are computed together. Rounding errors are about twice those of the plain product.
/// </remarks>
internal sealed unsafe class TwoTapProduct : TeamJob
{
    // Size of a block of pairs in floats of x and of differences, which stay in the second-level cache.
    private const int BlockFloats = 3 << 15;
    private const int LongestBlock = 96;
    private const int TileRows = 12;
    private Scratch[] _scratch = [new()];
    private float* _x;
    private int _count;
    private int _parity;
    private TwoTapMatrix _b = null!; // set before every run
    private float* _c;
    private ElementSums[]? _sums;
    private int _pairs;
    private int _blockPairs;
    private int _sharedBlock;

    /// <summary>Number of blocks of the work.</summary>
    public int Blocks { get; private set; }

    /// <summary>Sets the work of the next runs.</summary>
    /// <param name="x">[count + 1, K].</param>
    /// <param name="count">Outputs.</param>
    /// <param name="parity">0 if the first output's t is even, else 1.</param>
    /// <param name="b">Weights.</param>
    /// <param name="c">Receives [count, N].</param>
    public void Set(float* x, int count, int parity, TwoTapMatrix b, float* c)
    {
        _x = x;
        _count = count;
        _parity = parity;
        _b = b;
        _c = c;
        _sums = null;
        _pairs = (count + parity + 1) / 2;
        _blockPairs = Math.Clamp(BlockFloats / 2 / b.Rows / TileRows * TileRows, TileRows, LongestBlock);
        Blocks = Math.Max(1, (_pairs + _blockPairs - TileRows) / _blockPairs); // less than a tile goes with the block before it
        _sharedBlock = -1;
    }

    /// <summary>Makes the next runs measure each block's outputs into <paramref name="sums"/>.</summary>
    public void MeasureInto(ElementSums[] sums) => _sums = sums;

    /// <summary>Makes the next run do one block only, divided among all parts; its differences are computed here.</summary>
    public void Share(int block)
    {
        _sharedBlock = block;
        Differences(block, _scratch[0]);
    }

    /// <summary>Makes room for as many parts.</summary>
    public void Reserve(int parts)
    {
        while (_scratch.Length < parts)
        {
            _scratch = [.. _scratch, new Scratch()];
        }
    }

    /// <summary>Measures one block's outputs.</summary>
    public ElementSums Measure(int block)
    {
        (int first, int end) = Outputs(block);
        return ElementSums.Of(_c + ((nint)first * _b.Columns), (end - first) * _b.Columns);
    }

    /// <inheritdoc/>
    public override void Run(int part, int parts)
    {
        Scratch scratch = _scratch[part];
        if (_sharedBlock >= 0)
        {
            WorkShare panels = WorkShare.Of(_b.Sum.PanelCount, part, parts);
            Products(_sharedBlock, _scratch[0].Differences, scratch, panels.First, panels.End);
            return;
        }

        WorkShare blocks = WorkShare.Of(Blocks, part, parts);
        for (int block = blocks.First; block < blocks.End; block++)
        {
            Differences(block, scratch);
            Products(block, scratch.Differences, scratch, 0, _b.Sum.PanelCount);
            if (_sums is not null)
            {
                _sums[block] = Measure(block);
            }
        }
    }

    /// <summary>The pairs of a block; pair q is of outputs 2 q - parity and the next.</summary>
    private (int First, int End) Pairs(int block) =>
        (block * _blockPairs, block == Blocks - 1 ? _pairs : (block + 1) * _blockPairs);

    private (int First, int End) Outputs(int block)
    {
        (int first, int end) = Pairs(block);
        return (Math.Max(0, (2 * first) - _parity), Math.Min(_count, (2 * end) - _parity));
    }

    /// <summary>x[t] - x[t+1] for even t, x[t+1] - x[t] for odd t.</summary>
    private void Differences(int block, Scratch scratch)
    {
        (int first, int end) = Outputs(block);
        int length = _b.Rows;
        scratch.Require(ref scratch.Differences, (end - first) * length);
        float* destination = scratch.Differences.Pointer;
        for (int i = first; i < end; i++, destination += length)
        {
            float* now = _x + ((nint)i * length);
            float* next = now + length;
            bool even = ((i + _parity) & 1) == 0;
            TensorPrimitives.Subtract(
                new ReadOnlySpan<float>(even ? now : next, length), new ReadOnlySpan<float>(even ? next : now, length), new Span<float>(destination, length));
        }
    }

    private void Products(int block, AlignedArray differences, Scratch scratch, int firstPanel, int endPanel)
    {
        (int firstPair, int endPair) = Pairs(block);
        (int first, int end) = Outputs(block);
        int pairs = endPair - firstPair;
        int parity = first == 0 ? _parity : 0;
        nint k = _b.Rows;
        nint n = _b.Columns;

        // Panel by panel, so that the initial values of both outputs are still in the first-level cache; single rows four at a time.
        int group = pairs < 6 ? 4 : 1;
        int width = group * PackedMatrix.PanelColumns;
        scratch.Require(ref scratch.Middle, pairs * width);
        int evens = pairs - parity;
        int odds = end - first - evens;
        GemmOperand middle = Operand(_x + ((first + 1 - parity) * k), pairs, 2 * k);
        GemmOperand even = Operand(differences.Pointer + (parity * k), evens, 2 * k);
        GemmOperand odd = Operand(differences.Pointer + ((1 - parity) * k), odds, 2 * k);
        float* c = _c + (first * n);
        for (int panel = firstPanel; panel < endPanel; panel += group)
        {
            int last = Math.Min(panel + group, endPanel);
            float* m = scratch.Middle.Pointer - ((nint)panel * PackedMatrix.PanelColumns);
            Gemm.RunPanels(middle, _b.Sum, null, 0, m, width, panel, last);
            Gemm.RunPanels(even, _b.Early, m + (parity * width), width, c + (parity * n), 2 * n, panel, last);
            Gemm.RunPanels(odd, _b.Late, m, width, c + ((1 - parity) * n), 2 * n, panel, last);
        }
    }

    private GemmOperand Operand(float* data, int rows, nint stride) => new()
    {
        Data = data,
        RowCount = rows,
        RowStride = stride,
        Taps = 1,
        TapLength = _b.Rows,
    };

    /// <summary>One thread's memory.</summary>
    private sealed class Scratch
    {
        public AlignedArray Differences = AlignedArray.Empty;
        public AlignedArray Middle = AlignedArray.Empty;

        public void Require(ref AlignedArray array, int length)
        {
            if (array.Length < length)
            {
                array = new AlignedArray(length, zeroed: false);
            }
        }
    }
}
