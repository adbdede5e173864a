namespace AudioCodec.Numerics;

/// <summary>Runs kernels on one thread or several; the results do not depend on their number. One per stream.</summary>
internal sealed unsafe class Executor
{
    // Below this many multiply-adds or elements, handing over to another thread costs more than it saves.
    private const long WorthSharing = 1 << 16;
    private readonly WorkerTeam? _team;
    private readonly GemmJob _gemm = new();
    private readonly EluJob _elu = new();

    /// <summary>Makes an executor for <paramref name="threads"/> threads, the caller's among them, but no more than processors.</summary>
    public Executor(int threads) => _team = threads > 1 && Environment.ProcessorCount > 1
        ? WorkerTeam.Of(Math.Min(threads, Environment.ProcessorCount))
        : null;

    /// <summary>C = A B + bias; see <see cref="Gemm.Multiply"/>.</summary>
    public void Multiply(in GemmOperand a, PackedMatrix b, float* c, nint rowStrideC) =>
        Product(a, b, null, 0, c, rowStrideC);

    /// <summary>C = A B + initial; see <see cref="Gemm.MultiplyAdd"/>.</summary>
    public void MultiplyAdd(in GemmOperand a, PackedMatrix b, float* initial, nint rowStrideInitial, float* c, nint rowStrideC) =>
        Product(a, b, initial, rowStrideInitial, c, rowStrideC);

    /// <summary>Like <see cref="Multiply"/> with rows of C next to each other, and measures C for a normalization on the way.</summary>
    public void MultiplyMeasured(in GemmOperand a, PackedMatrix b, float* c, GroupNorm norm)
    {
        norm.Begin();

        // Some hundred kilobytes at a time: measured before they leave the cache.
        int block = Math.Max(12, (1 << 16) / b.Columns / 12 * 12);
        for (int row = 0; row < a.RowCount; row += block)
        {
            GemmOperand rows = a;
            rows.Data += row * a.RowStride;
            rows.RowCount = Math.Min(block, a.RowCount - row);
            float* destination = c + ((nint)row * b.Columns);
            Multiply(rows, b, destination, b.Columns);
            norm.Measure(destination, rows.RowCount * b.Columns);
        }
    }

    /// <summary>See <see cref="Activation.Elu"/>.</summary>
    public void Elu(float* source, float* destination, int count)
    {
        if (_team is null || count < WorthSharing)
        {
            Activation.Elu(source, destination, count);
            return;
        }

        _elu.Source = source;
        _elu.Destination = destination;
        _elu.Count = count;
        _team.Run(_elu);
    }

    /// <summary>Runs a job of the caller's.</summary>
    public void Run(TeamJob job)
    {
        if (_team is null)
        {
            job.Run(0, 1);
        }
        else
        {
            _team.Run(job);
        }
    }

    private void Product(in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride)
    {
        _gemm.Set(a, b, init, initStride, c, cStride);
        if (_team is null || (long)a.RowCount * b.Rows * b.Columns < WorthSharing)
        {
            _gemm.Run(0, 1);
        }
        else
        {
            _team.Run(_gemm);
        }
    }

    private sealed class GemmJob : TeamJob
    {
        private const int TileRows = 12;
        private GemmOperand _a;
        private PackedMatrix _b = null!; // set before every run
        private float* _init;
        private nint _initStride;
        private float* _c;
        private nint _cStride;

        public void Set(in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride)
        {
            _a = a;
            _b = b;
            _init = init;
            _initStride = initStride;
            _c = c;
            _cStride = cStride;
        }

        public override void Run(int part, int parts)
        {
            int tiles = (_a.RowCount + TileRows - 1) / TileRows;
            if (tiles >= 2 * parts || _b.PanelCount < parts)
            {
                int first = (int)((long)tiles * part / parts) * TileRows;
                int end = Math.Min(_a.RowCount, (int)((long)tiles * (part + 1) / parts) * TileRows);
                GemmOperand rows = _a;
                rows.Data += first * rows.RowStride;
                rows.RowCount = Math.Max(0, end - first);
                float* init = _init is null ? null : _init + (first * _initStride);
                Gemm.RunPanels(rows, _b, init, _initStride, _c + (first * _cStride), _cStride, 0, _b.PanelCount);
            }
            else
            {
                Gemm.RunPanels(
                    _a, _b, _init, _initStride, _c, _cStride, _b.PanelCount * part / parts, _b.PanelCount * (part + 1) / parts);
            }
        }
    }

    private sealed class EluJob : TeamJob
    {
        public float* Source { get; set; }

        public float* Destination { get; set; }

        public int Count { get; set; }

        public override void Run(int part, int parts)
        {
            int first = (int)((long)Count * part / parts);
            int end = (int)((long)Count * (part + 1) / parts);
            Activation.Elu(Source + first, Destination + first, end - first);
        }
    }
}
