using AudioCodec.Audio;
using AudioCodec.Codecs;
using BenchmarkDotNet.Attributes;

namespace AudioCodec.Benchmarks;

/// <summary>Whole pieces, four seconds at 6 kbps: four divided by the mean is the multiple of real time.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const double Seconds = 4;
    private EncodecModel _model = null!; // set up before every benchmark
    private AudioBuffer _audio = null!;
    private EncodedAudio _encoded = null!;

    [Params("encodec_24khz", "encodec_48khz")]
    public string Model { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _model = Workload.Model(Model);
        _audio = Workload.Signal(_model.Config, Seconds);
        _encoded = _model.Encode(_audio, 6);
    }

    [Benchmark]
    public long Encode() => _model.Encode(_audio, 6, Threads).FrameCount;

    [Benchmark]
    public int Decode() => _model.Decode(_encoded, Threads).LengthSamples;
}
