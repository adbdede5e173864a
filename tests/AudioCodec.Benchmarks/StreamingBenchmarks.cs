using AudioCodec.Codecs;
using BenchmarkDotNet.Attributes;

namespace AudioCodec.Benchmarks;

/// <summary>One hop of 13.3 ms at 24 kHz and 6 kbps, one thread; steady state must allocate nothing.</summary>
[MemoryDiagnoser]
public class StreamingBenchmarks : IDisposable
{
    private readonly NullSink _sink = new();
    private readonly ushort[] _codes = new ushort[8];
    private float[] _hop = [];
    private StreamingEncoder _encoder = null!; // set up before every benchmark
    private StreamingDecoder _decoder = null!;

    [GlobalSetup]
    public void Setup()
    {
        EncodecModel model = Workload.Model("encodec_24khz");
        _hop = Workload.Signal(model.Config, 320 / 24000.0).Samples;
        _encoder = new StreamingEncoder(model, 8);
        _decoder = new StreamingDecoder(model, 8);
        for (int i = 0; i < 50; i++)
        {
            EncodeHop();
            DecodeHop();
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void EncodeHop() => _encoder.Write(_hop, _sink);

    [Benchmark]
    public void DecodeHop() => _decoder.Write(_codes, _sink);
}
