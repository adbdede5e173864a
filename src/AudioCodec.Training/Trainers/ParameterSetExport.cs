using AudioCodec.Checkpoints;
using AudioCodec.Training.Modules;
using AudioCodec.Training.Optimization;

namespace AudioCodec.Training.Trainers;

/// <summary>Puts a network's tensors into a file.</summary>
internal static class ParameterSetExport
{
    /// <summary>Adds all tensors under their names: averages where the optimizer keeps some, the weights themselves elsewhere.</summary>
    public static void Add(SafetensorsWriter writer, ParameterSet set, NamedAdam optimizer)
    {
        foreach (string name in set.Names)
        {
            bool averaged = optimizer.State.TryGetValue("ema." + name, out TorchSharp.torch.Tensor? average);
            CheckpointTensor plain = ParameterSet.ToCheckpointTensor(averaged ? average! : set[name]);
            writer.Add(name, plain.Shape, plain.Values);
        }
    }
}
