using AudioCodec.Numerics;
using BenchmarkDotNet.Attributes;

namespace AudioCodec.Benchmarks;

/// <summary>The matrix product in the shapes of the 24 kHz encoder, one thread.</summary>
[MemoryDiagnoser]
public unsafe class GemmBenchmarks
{
    private AlignedArray _a = new(0);
    private AlignedArray _c = new(0);
    private PackedMatrix _b = new(1, 1);

    /// <summary>Rows, depth, columns and row stride.</summary>
    public static IEnumerable<int[]> Shapes() =>
        [[2400, 96, 16, 32], [2400, 128, 64, 64], [600, 512, 128, 256], [480, 1280, 256, 640], [48, 4096, 512, 2048], [48, 512, 2048, 512]];

    [ParamsSource(nameof(Shapes))]
    public int[] Shape { get; set; } = [1, 1, 1, 1];

    [GlobalSetup]
    public void Setup()
    {
        (_a, _b, _c) = Make(Shape);
    }

    [Benchmark]
    public void Multiply() => Run(Shape, _a, _b, _c);

    internal static (AlignedArray A, PackedMatrix B, AlignedArray C) Make(int[] shape)
    {
        AlignedArray a = new(((shape[0] - 1) * shape[3]) + shape[1]);
        a.Span.Fill(0.5f);
        return (a, new PackedMatrix(shape[1], shape[2]), new AlignedArray(shape[0] * shape[2]));
    }

    internal static void Run(int[] shape, AlignedArray a, PackedMatrix b, AlignedArray c)
    {
        GemmOperand rows = new()
        {
            Data = a.Pointer,
            RowCount = shape[0],
            RowStride = shape[3],
            Taps = 1,
            TapLength = shape[1],
        };
        Gemm.Multiply(rows, b, c.Pointer, shape[2]);
    }
}
