using AudioCodec.Checkpoints;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>A network's tensors to and from checkpoints, under their official names.</summary>
public static class ModuleCheckpoint
{
    /// <summary>Overwrites a network's parameters and buffers; what else the checkpoint holds is not read.</summary>
    /// <param name="network">The network.</param>
    /// <param name="checkpoint">Its tensors. Buffers that only training needs may be missing: they are set anew.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public static void Load(this nn.Module network, StateDict checkpoint)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(checkpoint);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        var reset = new List<ITrainingBuffers>();
        foreach ((string prefix, nn.Module module) in network.named_modules())
        {
            if (module is ITrainingBuffers own && !own.TrainingBuffers.Any(name => checkpoint.Tensors.ContainsKey($"{prefix}.{name}")))
            {
                missing.UnionWith(own.TrainingBuffers.Select(name => $"{prefix}.{name}"));
                reset.Add(own);
            }
        }

        foreach ((string name, Tensor target) in network.state_dict().Where(t => !missing.Contains(t.Key)))
        {
            target.CopyFrom(checkpoint, name);
        }

        reset.ForEach(module => module.ResetTrainingBuffers());
    }

    /// <summary>A copy of a network's parameters and buffers in memory.</summary>
    /// <param name="network">The network.</param>
    /// <param name="source">What messages call the copy.</param>
    public static StateDict ToStateDict(this nn.Module network, string source)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new StateDict(source, network.state_dict().ToDictionary(t => t.Key, t => t.Value.ToCheckpointTensor(), StringComparer.Ordinal));
    }

    /// <summary>A copy of a tensor in memory.</summary>
    public static CheckpointTensor ToCheckpointTensor(this Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        using var scope = NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        return new CheckpointTensor([.. plain.shape.Select(d => (int)d)], plain.data<float>().ToArray());
    }

    /// <summary>Overwrites a tensor with one of a checkpoint.</summary>
    /// <exception cref="CheckpointException">It is missing or has another shape.</exception>
    internal static void CopyFrom(this Tensor target, StateDict checkpoint, string name)
    {
        using IDisposable frozen = no_grad();
        using Tensor values = tensor(checkpoint.Get(name, [.. target.shape.Select(d => (int)d)]), target.shape);
        target.copy_(values);
    }
}
