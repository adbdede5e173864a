namespace AudioCodec.Numerics;

/// <summary>A product with a matrix in a compact format, divided by columns; see <see cref="Executor"/>.</summary>
internal sealed unsafe class CompactJob(int threads) : TeamJob
{
    // Half of the second-level cache of most processors, for what was computed before.
    private const int AheadBytes = 128 << 10;
    private readonly AlignedArray[] _scratch = [.. Enumerable.Repeat(AlignedArray.Empty, threads)];
    private readonly CompactMatrix?[] _through = new CompactMatrix?[threads];
    private readonly PanelQueue _queue = new(threads);
    private GemmOperand _a;
    private CompactMatrix? _b;
    private float* _init;
    private nint _initStride;
    private float* _c;
    private nint _cStride;
    private CompactFusion _fusion;

    public void Set(in GemmOperand a, CompactMatrix b, float* init, nint initStride, float* c, nint cStride, in CompactFusion fusion)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Depth, b.Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Taps, 1);
        _a = a;
        _b?.Next = b;
        _b = b;
        _queue.Fill(b.PanelCount, (long)b.PanelWords * sizeof(int));
        _init = init;
        _initStride = initStride;
        _c = c;
        _cStride = cStride;
        _fusion = fusion;
    }

    public override void Run(int part, int parts)
    {
        CompactMatrix b = _b!; // set before every run
        int needed = CompactGemm.Scratch(_a.RowCount, b, _fusion);
        if (_scratch[part].Length < needed)
        {
            _scratch[part] = new AlignedArray(needed, zeroed: false);
        }

        CompactGemm.RunPanels(_a, b, _init, _initStride, _c, _cStride, _queue, part, _scratch[part].Pointer, _fusion);
        _through[part] = b;
    }

    /// <summary>Asks for the beginning of the part of the matrix that followed this one last time: memory is idle while the caller normalizes and attends.</summary>
    public override void RunAhead(int part, int parts)
    {
        if (_through[part]?.Next is { } next)
        {
            int first = WorkShare.Of(next.PanelCount, part, parts).First;
            Prefetch.Run(next.PanelPointer(first), (int)Math.Min(AheadBytes, (long)(next.PanelCount - first) * next.PanelWords * sizeof(int)));
        }
    }
}
