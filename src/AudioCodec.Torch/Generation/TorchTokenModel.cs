using AudioCodec.Checkpoints;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>A transformer over audio tokens on a device of libtorch, for generation. Read-only once loaded: any number of batches may share one.</summary>
public sealed class TorchTokenModel : ITokenModel
{
    private readonly TokenNetwork _network;

    private TorchTokenModel(TokenNetwork network) => _network = network;

    /// <inheritdoc/>
    public TokenModelConfig Config => _network.Config;

    /// <summary>Builds a model from tensors under the names of <see cref="TokenModelTensors"/>; libtorch must be loaded.</summary>
    /// <param name="config">Shape of the model.</param>
    /// <param name="weights">Its tensors, each of which is read once, one after the other; not needed afterwards.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="type">Format of weights, keys, values and arithmetic: single or half precision, or bfloat16. Logits are single precision.</param>
    /// <exception cref="ArgumentException">The format is another one.</exception>
    /// <exception cref="ConfigException">The shape is not valid.</exception>
    /// <exception cref="CheckpointException">A tensor is missing, has another shape, or holds a value that is not finite.</exception>
    public static TorchTokenModel Load(TokenModelConfig config, StateDict weights, Device device, ScalarType type = ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        if (type is not (ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16))
        {
            throw new ArgumentException($"{type} is no format of a model: float32, float16 and bfloat16 are.", nameof(type));
        }

        var network = new TokenNetwork(config.Validated(), null);
        try
        {
            network.to(type).to(device).eval();
            using IDisposable frozen = no_grad();
            var source = new TokenModelWeights.Source(weights, WeightFormat.F32);
            Dictionary<string, Tensor> tensors = network.state_dict();
            foreach ((string name, int[] shape) in TokenModelTensors.For(config))
            {
                using Tensor values = tensor(source.Get(name, shape), [.. shape.Select(d => (long)d)]);
                tensors[name].copy_(values);
            }
        }
        catch
        {
            network.Dispose();
            throw;
        }

        return new TorchTokenModel(network);
    }

    /// <inheritdoc/>
    /// <remarks>Threads on a CPU are libtorch's own, set for the whole process; <paramref name="threads"/> is not looked at.</remarks>
    public ITokenBatch Open(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentOutOfRangeException.ThrowIfLessThan(conditions.Count, 1, nameof(conditions));
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        foreach (TextStates? text in conditions)
        {
            if (text is not null && text.Width != Config.TextWidth)
            {
                throw new ArgumentException($"A text has vectors of {text.Width}, the model takes {Config.TextWidth}.", nameof(conditions));
            }
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        ProjectedText? projected = TextCondition.Pad(conditions, Config.TextWidth, _network.Device) is { } condition ? _network.Project(condition) : null;
        return new TorchTokenBatch(_network, conditions.Count, capacity, projected);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
