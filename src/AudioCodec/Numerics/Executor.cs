namespace AudioCodec.Numerics;

/// <summary>Runs kernels on one thread or several; the results do not depend on their number. One per stream.</summary>
internal sealed unsafe class Executor
{
    // Below this many multiply-adds or elements, handing over to another thread costs more than it saves.
    private const long WorthSharing = 1 << 16;

    // With fewer blocks of rows than this, the columns are divided among the threads instead.
    private const int BlocksPerThread = 8;
    private readonly WorkerTeam? _team;
    private readonly GemmJob _gemm = new();
    private readonly ActivationJob _activation = new();
    private readonly FinishJob _finish = new();
    private readonly TwoTapProduct _twoTap = new();
    private readonly CompactJob _compact;
    private ElementSums[] _sums = [];

    /// <summary>Makes an executor for <paramref name="threads"/> threads, the caller's among them, but no more than processors.</summary>
    public Executor(int threads)
    {
        Threads = Math.Min(threads, Environment.ProcessorCount);
        _team = Threads > 1 ? WorkerTeam.Of(Threads) : null;
        _twoTap.Reserve(Threads);
        _compact = new CompactJob(Threads);
    }

    /// <summary>Number of threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>C = A B + bias; see <see cref="Gemm.Multiply"/>.</summary>
    public void Multiply(in GemmOperand a, PackedMatrix b, float* c, nint rowStrideC) =>
        Product(a, b, null, 0, c, rowStrideC);

    /// <summary>C = A B + initial, without the bias; <paramref name="initial"/> may be C itself.</summary>
    /// <param name="a">A, [M, K], read in place.</param>
    /// <param name="b">B, [K, N].</param>
    /// <param name="initial">Row r at <c>initial + r * rowStrideInitial</c>.</param>
    /// <param name="rowStrideInitial">Floats between rows of <paramref name="initial"/>.</param>
    /// <param name="c">Receives row r at <c>c + r * rowStrideC</c>, N floats each.</param>
    /// <param name="rowStrideC">Floats between rows of C, at least N.</param>
    public void MultiplyAdd(in GemmOperand a, PackedMatrix b, float* initial, nint rowStrideInitial, float* c, nint rowStrideC) =>
        Product(a, b, initial, rowStrideInitial, c, rowStrideC);

    /// <summary>C = A B + initial with a compact B; see <see cref="CompactGemm"/>.</summary>
    /// <param name="a">A, [M, K], of one tap.</param>
    /// <param name="b">B, [K, N].</param>
    /// <param name="initial">As for <see cref="MultiplyAdd"/>; null for the bias of B.</param>
    /// <param name="rowStrideInitial">Floats between rows of <paramref name="initial"/>.</param>
    /// <param name="c">Receives row r at <c>c + r * rowStrideC</c>, N floats each.</param>
    /// <param name="rowStrideC">Floats between rows of C, at least N.</param>
    /// <param name="fusion">What else is done.</param>
    public void MultiplyCompact(in GemmOperand a, CompactMatrix b, float* initial, nint rowStrideInitial, float* c, nint rowStrideC, in CompactFusion fusion = default)
    {
        _compact.Set(a, b, initial, rowStrideInitial, c, rowStrideC, fusion);
        Run(_compact, (long)a.RowCount * b.Rows * b.Columns);
    }

    /// <summary>Like <see cref="Multiply"/> with rows of C next to each other, and measures C for a normalization.</summary>
    public void MultiplyMeasured(in GemmOperand a, PackedMatrix b, float* c, GroupNorm norm)
    {
        int blocks = GemmJob.BlockCount(a.RowCount);
        ElementSums[] sums = Sums(blocks);
        _gemm.Set(a, b, null, 0, c, b.Columns);
        bool byRows = blocks >= BlocksPerThread * Threads;
        if (byRows)
        {
            _gemm.MeasureInto(sums);
        }

        Run(_gemm, Work(a.RowCount, b));
        norm.Begin((long)a.RowCount * b.Columns);
        for (int block = 0; block < blocks; block++)
        {
            norm.Add(byRows ? sums[block] : _gemm.Measure(block));
        }
    }

    /// <summary>See <see cref="TwoTapProduct"/>; measures the outputs where there is a normalization.</summary>
    /// <param name="x">[count + 1, K].</param>
    /// <param name="count">Outputs.</param>
    /// <param name="parity">0 if the first output's place is even, else 1; with a normalization 0.</param>
    /// <param name="b">Weights.</param>
    /// <param name="c">Receives [count, N].</param>
    /// <param name="norm">Measures the outputs, or <see langword="null"/>.</param>
    public void MultiplyTwoTap(float* x, int count, int parity, TwoTapMatrix b, float* c, GroupNorm? norm)
    {
        _twoTap.Set(x, count, parity, b, c);
        bool byBlocks = Threads == 1 || _twoTap.Blocks >= BlocksPerThread * Threads || Work(count, b.Sum) < WorthSharing;
        ElementSums[] sums = Sums(_twoTap.Blocks);
        if (byBlocks)
        {
            if (norm is not null)
            {
                _twoTap.MeasureInto(sums);
            }

            Run(_twoTap, Work(count, b.Sum));
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
    /// <param name="what">The operations.</param>
    /// <param name="keep">Whether to store the sum in place of the rows.</param>
    /// <param name="activated">Receives ELU of the sum; may be <paramref name="rows"/> if that is not kept; null if it is not needed.</param>
    public void Finish(float* rows, int count, int columns, in Unfinished what, bool keep, float* activated)
    {
        int length = count * columns;
        if (what.Norm is not null && length > 0)
        {
            _finish.Set(rows, length, what, keep, activated);
            Run(_finish, length);
        }
        else if (activated is not null)
        {
            Activate<Elu>(rows, activated, length);
        }
    }

    /// <summary>See <see cref="Activation.Apply"/>.</summary>
    public void Activate<TActivation>(float* source, float* destination, int count)
        where TActivation : struct, IActivation
    {
        _activation.Set<TActivation>(source, destination, count);
        Run(_activation, count);
    }

    /// <summary>Runs a job on all threads.</summary>
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

    /// <summary>Runs a job on all threads if it is large enough to be worth it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="work">Number of its multiply-adds or elements.</param>
    public void Run(TeamJob job, long work)
    {
        if (work < WorthSharing)
        {
            job.Run(0, 1);
        }
        else
        {
            Run(job);
        }
    }

    private void Product(in GemmOperand a, PackedMatrix b, float* init, nint initStride, float* c, nint cStride)
    {
        _gemm.Set(a, b, init, initStride, c, cStride);
        Run(_gemm, Work(a.RowCount, b));
    }

    private static long Work(int rows, PackedMatrix b) => (long)rows * b.Rows * b.Columns;

    private ElementSums[] Sums(int blocks)
    {
        if (_sums.Length < blocks)
        {
            _sums = new ElementSums[blocks];
        }

        return _sums;
    }
}
