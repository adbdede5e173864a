using System.Reflection;
using AudioCodec.Codecs;
using AudioCodec.Torch.Loading;
using Microsoft.ML.OnnxRuntime;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>An engine that is compared.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Version">Its version, in words.</param>
/// <param name="Open">Makes a network ready with a number of threads; <see langword="null"/> where the engine is not there.</param>
internal sealed record PeerEngine(string Name, string Version, Func<PeerTask, int, IPeer>? Open)
{
    public const string Managed = "AudioCodec";
    public const string Torch = "libtorch";
    public const string Onnx = "ONNX Runtime";

    /// <summary>An engine by its name.</summary>
    public static PeerEngine Find(string name) => name switch
    {
        Managed => new PeerEngine(Managed, typeof(EncodecModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0], (task, threads) => new ManagedPeer(task, threads)),
        Torch => FindTorch(),
        Onnx => new PeerEngine(Onnx, OrtEnv.Instance().GetVersionString(), (task, threads) => new OnnxPeer(task, threads)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    private static PeerEngine FindTorch()
    {
        try
        {
            var libtorch = LibTorch.Load();
            return new PeerEngine(Torch, $"{libtorch.Version} through TorchSharp {LibTorch.TorchSharpVersion}", (task, threads) => new TorchPeer(task, threads));
        }
        catch (LibTorchException)
        {
            return new PeerEngine(Torch, "not found on this machine", null);
        }
    }
}
