namespace AudioCodec.Numerics;

/// <summary>Runs kernels on one thread or several; the results do not depend on their number. One per stream.</summary>
internal sealed unsafe class Executor
{
    // Below this many multiply-adds or elements, handing over to another thread costs more than it saves.
    private const long WorthSharing = 1 << 16;

    // With fewer blocks of rows than this, threads share out columns instead.
    private const int BlocksPerThread = 8;
    private readonly WorkerTeam? _team;
    private readonly GemmJob _gemm = new();
    private readonly EluJob _elu = new();
    private readonly FinishJob _finish = new();
    private readonly TwoTapProduct _twoTap = new();
    private ElementSums[] _sums = [];

    /// <summary>Makes an executor for <paramref name="threads"/> threads, the caller's among them, but no more than processors.</summary>
    public Executor(int threads)
    {
        Threads = Math.Min(threads, Environment.ProcessorCount);
        _team = Threads > 1 ? WorkerTeam.Of(Threads) : null;
        _twoTap.Reserve(Threads);
    }

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; }

    /// <summary>C = A B + bias; see <see cref="Gemm.Multiply"/>.</summary>
    public void Multiply(in GemmOperand a, PackedMatrix b, float* c, nint rowStrideC) =>
        Product(a, b, null, 0, c, rowStrideC);

    /// <summary>C = A B + initial; see <see cref="Gemm.MultiplyAdd"/>.</summary>
    public void MultiplyAdd(in GemmOperand a, PackedMatrix b, float* initial, nint rowStrideInitial, float* c, nint rowStrideC) =>
        Product(a, b, initial, rowStrideInitial, c, rowStrideC);

    /// <summary>Like <see cref="Multiply"/> with rows of C next to each other, and measures C for a normalization on the way.</summary>
    public void MultiplyMeasured(in GemmOperand a, PackedMatrix b, float* c, GroupNorm norm)
    {
        int blocks = (a.RowCount + GemmJob.BlockRows - 1) / GemmJob.BlockRows;
        ElementSums[] sums = Sums(blocks);
        _gemm.Set(a, b, null, 0, c, b.Columns);
        bool byRows = blocks >= BlocksPerThread * Threads;
        if (byRows)
        {
            _gemm.MeasureInto(sums);
        }

        Run(_gemm, !WorthIt(a.RowCount, b));
        norm.Begin((long)a.RowCount * b.Columns);
        for (int block = 0; block < blocks; block++)
        {
            norm.Add(byRows ? sums[block] : _gemm.Measure(block));
        }
    }

    /// <summary>See <see cref="TwoTapProduct"/>; measures the outputs on the way where there is a normalization.</summary>
    /// <param name="x">[count + 1, K].</param>
    /// <param name="count">Outputs.</param>
    /// <param name="parity">0 if the first output's place is even, else 1; with a normalization 0.</param>
    /// <param name="b">Weights.</param>
    /// <param name="c">Receives [count, N].</param>
    /// <param name="norm">Measures the outputs, or <see langword="null"/>.</param>
    public void MultiplyTwoTap(float* x, int count, int parity, TwoTapMatrix b, float* c, GroupNorm? norm)
    {
        _twoTap.Set(x, count, parity, b, c);
        bool byBlocks = Threads == 1 || _twoTap.Blocks >= BlocksPerThread * Threads || !WorthIt(count, b.Sum);
        ElementSums[] sums = Sums(_twoTap.Blocks);
        if (byBlocks)
        {
            if (norm is not null)
            {
                _twoTap.MeasureInto(sums);
            }

            Run(_twoTap, !WorthIt(count, b.Sum));
        }

        for (int block = 0; !byBlocks && block < _twoTap.Blocks; block++)
        {
            _twoTap.Share(block);
            Run(_twoTap);
            sums[block] = norm is null ? default : _twoTap.Measure(block);
        }

        norm?.Begin((long)count * b.Columns);
        for (int block = 0; norm is not null && block < _twoTap.Blocks; block++)
        {
            norm.Add(sums[block]);
        }
    }

    /// <summary>See <see cref="RowFinish"/>; without a normalization only activates.</summary>
    /// <param name="rows">[count, columns].</param>
    /// <param name="count">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="what">What to do.</param>
    /// <param name="keep">Whether to store the sum in place of the rows.</param>
    /// <param name="activated">Receives ELU of the sum; may be <paramref name="rows"/> if that is not kept; null for nowhere.</param>
    public void Finish(float* rows, int count, int columns, in Unfinished what, bool keep, float* activated)
    {
        int length = count * columns;
        if (what.Norm is not null && length > 0)
        {
            _finish.Set(rows, length, what, keep, activated);
            Run(_finish, length < WorthSharing);
        }
        else if (activated is not null)
        {
            Elu(rows, activated, length);
        }
    }

    /// <summary>See <see cref="Numerics.Elu"/>.</summary>
    public void Elu(float* source, float* destination, int count)
    {
        if (_team is null || count < WorthSharing)
        {
            Activation.Apply<Elu>(source, destination, count);
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
        Run(_gemm, !WorthIt(a.RowCount, b));
    }

    private static bool WorthIt(int rows, PackedMatrix b) => (long)rows * b.Rows * b.Columns >= WorthSharing;

    private void Run(TeamJob job, bool alone)
    {
        if (alone)
        {
            job.Run(0, 1);
        }
        else
        {
            Run(job);
        }
    }

    private ElementSums[] Sums(int blocks)
    {
        if (_sums.Length < blocks)
        {
            _sums = new ElementSums[blocks];
        }

        return _sums;
    }

    private sealed class GemmJob : TeamJob
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

        public static int BlockLength(int rows, int block) => Math.Min(BlockRows, rows - (block * BlockRows));

        public void MeasureInto(ElementSums[] sums) => _sums = sums;

        public ElementSums Measure(int block) =>
            ElementSums.Of(_c + (block * BlockRows * _cStride), BlockLength(_a.RowCount, block) * _b.Columns);

        public void Set(in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride)
        {
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

            int tiles = (_a.RowCount + TileRows - 1) / TileRows;
            if (tiles >= 2 * parts || _b.PanelCount < parts)
            {
                int first = (int)((long)tiles * part / parts) * TileRows;
                int end = Math.Min(_a.RowCount, (int)((long)tiles * (part + 1) / parts) * TileRows);
                Rows(first, Math.Max(0, end - first));
            }
            else
            {
                Gemm.RunPanels(
                    _a, _b, _init, _initStride, _c, _cStride, _b.PanelCount * part / parts, _b.PanelCount * (part + 1) / parts);
            }
        }

        private void RunMeasured(int part, int parts, ElementSums[] sums)
        {
            int blocks = (_a.RowCount + BlockRows - 1) / BlockRows;
            int end = (int)((long)blocks * (part + 1) / parts);
            for (int block = (int)((long)blocks * part / parts); block < end; block++)
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

    private sealed class FinishJob : TeamJob
    {
        private float* _rows;
        private int _length;
        private Unfinished _what;
        private bool _keep;
        private float* _activated;

        public void Set(float* rows, int length, in Unfinished what, bool keep, float* activated)
        {
            _rows = rows;
            _length = length;
            _what = what;
            _keep = keep;
            _activated = activated;
        }

        public override void Run(int part, int parts)
        {
            int width = _what.Norm!.Width; // without one there is no such job
            int patterns = (_length + width - 1) / width;
            int first = (int)((long)patterns * part / parts) * width;
            int end = Math.Min(_length, (int)((long)patterns * (part + 1) / parts) * width);
            RowFinish.Run(_rows + first, Math.Max(0, end - first), _what, first, _keep, _activated is null ? null : _activated + first);
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
            Activation.Apply<Elu>(Source + first, Destination + first, end - first);
        }
    }
}
