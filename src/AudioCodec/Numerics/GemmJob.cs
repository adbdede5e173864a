namespace AudioCodec.Numerics;

/// <summary>A product, divided by rows of A or by columns of B; see <see cref="Executor"/>.</summary>
internal sealed unsafe class GemmJob : TeamJob
{
    /// <summary>Rows measured together, in the cache.</summary>
    public const int BlockRows = 96;

    private const int TileRows = 12;
    private GemmOperand _a;
    private PackedMatrix _b = null!; // set before every run
    private float* _init;
    private nint _initStride;
    private float* _c;
    private nint _cStride;
    private ElementSums[]? _sums;

    /// <summary>Blocks of <see cref="BlockRows"/> rows, the last perhaps shorter.</summary>
    public static int BlockCount(int rows) => (rows + BlockRows - 1) / BlockRows;

    public static int BlockLength(int rows, int block) => Math.Min(BlockRows, rows - (block * BlockRows));

    public void MeasureInto(ElementSums[] sums) => _sums = sums;

    public ElementSums Measure(int block) =>
        ElementSums.Of(_c + (block * BlockRows * _cStride), BlockLength(_a.RowCount, block) * _b.Columns);

    public void Set(in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride)
    {
        Gemm.ThrowIfDepthsDiffer(a, b);
        _a = a;
        _b = b;
        _init = init;
        _initStride = initStride;
        _c = c;
        _cStride = cStride;
        _sums = null;
    }

    public override void Run(int part, int parts)
    {
        if (_sums is not null)
        {
            RunMeasured(part, parts, _sums);
            return;
        }

        // With few rows the columns are divided: each thread then reads its own part of B once.
        int tiles = (_a.RowCount + TileRows - 1) / TileRows;
        if (tiles >= 2 * parts || _b.PanelCount < parts)
        {
            WorkShare rows = WorkShare.OfBlocks(_a.RowCount, TileRows, part, parts);
            Rows(rows.First, rows.Count);
        }
        else
        {
            WorkShare panels = WorkShare.Of(_b.PanelCount, part, parts);
            Gemm.RunPanels(_a, _b, _init, _initStride, _c, _cStride, panels.First, panels.End);
        }
    }

    private void RunMeasured(int part, int parts, ElementSums[] sums)
    {
        WorkShare blocks = WorkShare.Of(BlockCount(_a.RowCount), part, parts);
        for (int block = blocks.First; block < blocks.End; block++)
        {
            Rows(block * BlockRows, BlockLength(_a.RowCount, block));
            sums[block] = Measure(block);
        }
    }

    private void Rows(int first, int count)
    {
        GemmOperand rows = _a;
        rows.Data += first * rows.RowStride;
        rows.RowCount = count;
        float* init = _init is null ? null : _init + (first * _initStride);
        Gemm.RunPanels(rows, _b, init, _initStride, _c + (first * _cStride), _cStride, 0, _b.PanelCount);
    }
}
