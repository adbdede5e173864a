using AudioCodec.Checkpoints;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Puts a network's tensors into a file.</summary>
internal static class ParameterSetExport
{
    /// <summary>Adds all tensors under their official names: averages where the optimizer keeps some, the weights themselves elsewhere.</summary>
    public static void Add(SafetensorsWriter writer, ParameterSet set, NamedAdam optimizer)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        var tensors = set.Names.ToDictionary(n => n, n => optimizer.State.GetValueOrDefault("ema." + n) ?? set[n]);
        ChannelCenter.Fold(tensors);
        foreach (string name in set.Names.Where(tensors.ContainsKey))
        {
            CheckpointTensor plain = ParameterSet.ToCheckpointTensor(tensors[name]);
            writer.Add(name, plain.Shape, plain.Values);
        }
    }
}
