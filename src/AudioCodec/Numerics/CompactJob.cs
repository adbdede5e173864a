namespace AudioCodec.Numerics;

/// <summary>A product with a matrix in a compact format, divided by columns; see <see cref="Executor"/>.</summary>
internal sealed unsafe class CompactJob(int threads) : TeamJob
{
    private readonly AlignedArray[] _scratch = [.. Enumerable.Repeat(AlignedArray.Empty, threads)];
    private GemmOperand _a;
    private CompactMatrix _b = null!; // set before every run
    private float* _init;
    private nint _initStride;
    private float* _c;
    private nint _cStride;

    public void Set(in GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Depth, b.Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Taps, 1);
        _a = a;
        _b = b;
        _init = init;
        _initStride = initStride;
        _c = c;
        _cStride = cStride;
    }

    public override void Run(int part, int parts)
    {
        int needed = CompactGemm.Scratch(_a.RowCount, _b);
        if (_scratch[part].Length < needed)
        {
            _scratch[part] = new AlignedArray(needed, zeroed: false);
        }

        WorkShare panels = WorkShare.Of(_b.PanelCount, part, parts);
        CompactGemm.RunPanels(_a, _b, _init, _initStride, _c, _cStride, panels.First, panels.End, _scratch[part].Pointer);
    }
}
