using BenchmarkDotNet.Attributes;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>The same network on several engines: <see cref="PeerReport"/> with confidence intervals. Two seconds of audio at 24 kHz, a segment at 48 kHz.</summary>
public class PeerBenchmarks
{
    private IPeer _peer = null!; // set up before every benchmark

    public static IEnumerable<string> Models => PeerTask.Models;

    [Params(PeerEngine.Managed, PeerEngine.Torch, PeerEngine.Onnx)]
    public string Engine { get; set; } = "";

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    [Params("encode", "decode")]
    public string Direction { get; set; } = "";

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var engine = PeerEngine.Find(Engine);
        (PeerTask encode, PeerTask decode) = PeerTask.Load(Model, 2);
        _peer = engine.Open?.Invoke(Direction == "encode" ? encode : decode, Threads) ?? throw new InvalidOperationException($"{engine.Name}: {engine.Version}.");
        _peer.BeginTurn();
    }

    [GlobalCleanup]
    public void Cleanup() => _peer.Dispose();

    [Benchmark]
    public void Run() => _peer.Run();
}
