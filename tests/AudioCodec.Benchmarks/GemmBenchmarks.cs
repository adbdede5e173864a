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

    public static IEnumerable<GemmShape> Shapes() =>
    [
        new(2400, 96, 16, 32),
        new(2400, 64, 64, 128),
        new(600, 256, 128, 512),
        new(480, 640, 256, 1280),
        new(48, 2048, 512, 4096),
        new(48, 512, 2048, 512),
    ];

    [ParamsSource(nameof(Shapes))]
    public GemmShape Shape { get; set; } = new(1, 1, 1, 1);

    [GlobalSetup]
    public void Setup()
    {
        (_a, _b, _c) = Make(Shape);
    }

    [Benchmark]
    public void Multiply() => Run(Shape, _a, _b, _c);

    internal static (AlignedArray A, PackedMatrix B, AlignedArray C) Make(GemmShape shape)
    {
        AlignedArray a = new(((shape.Rows - 1) * shape.RowStride) + shape.Depth);
        a.Span.Fill(0.5f);
        return (a, new PackedMatrix(shape.Depth, shape.Columns), new AlignedArray(shape.Rows * shape.Columns));
    }

    internal static void Run(GemmShape shape, AlignedArray a, PackedMatrix b, AlignedArray c)
    {
        GemmOperand rows = new()
        {
            Data = a.Pointer,
            RowCount = shape.Rows,
            RowStride = shape.RowStride,
            Taps = 1,
            TapLength = shape.Depth,
        };
        Gemm.Multiply(rows, b, c.Pointer, shape.Columns);
    }
}
