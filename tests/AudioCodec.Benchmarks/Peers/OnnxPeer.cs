using Microsoft.ML.OnnxRuntime;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>The network on ONNX Runtime's processor provider.</summary>
internal sealed class OnnxPeer : IPeer
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OrtValue _input;

    public OnnxPeer(PeerTask task, int threads)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };

        // Its threads spin for work within a run, but no longer when it ends: other engines' turns are undisturbed.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        _session = new InferenceSession(OnnxNetwork.Write(task), options);
        _input = OrtValue.CreateTensorValueFromMemory(task.Input, [1, task.InputChannels, task.InputRows]);
    }

    /// <inheritdoc/>
    public void BeginTurn()
    {
        // A session has its own threads.
    }

    /// <inheritdoc/>
    public void Run()
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = Infer();
    }

    /// <inheritdoc/>
    public float[] Output()
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = Infer();
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Infer() => _session.Run(_options, ["x"], [_input], ["y"]);
}
