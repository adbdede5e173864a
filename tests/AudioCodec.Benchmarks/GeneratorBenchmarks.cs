using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using BenchmarkDotNet.Attributes;

namespace AudioCodec.Benchmarks;

/// <summary>A step of a generator of musicgen-small's size with guidance.</summary>
[MemoryDiagnoser]
public class GeneratorBenchmarks
{
    private readonly int[] _tokens = GeneratorWorkload.Step(GeneratorWorkload.Small);
    private readonly float[] _logits = new float[2 * GeneratorWorkload.Small.Codebooks * GeneratorWorkload.Small.CodebookSize];
    private ITokenBatch _batch = null!; // set before every run

    [Params(WeightFormat.F16, WeightFormat.I8)]
    public WeightFormat Format { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup() => _batch = GeneratorWorkload.Load(GeneratorWorkload.Small, Format).Open([GeneratorWorkload.Text(GeneratorWorkload.Small), null], 500, Threads);

    [Benchmark]
    public void Step()
    {
        if (_batch.Steps == 500)
        {
            _batch.Reset();
        }

        _batch.Advance(_tokens, _logits);
    }
}
