using System.Diagnostics.CodeAnalysis;

namespace AudioCodec.Checkpoints;

/// <summary>Named tensors of one model, under the official EnCodec names (<c>encoder.model.3.conv.conv.weight_v</c>).</summary>
/// <param name="source">Path or name of where the tensors come from; used in messages.</param>
/// <param name="tensors">The tensors by name.</param>
public sealed class StateDict(string source, IReadOnlyDictionary<string, CheckpointTensor> tensors)
{
    /// <summary>Path or name of where the tensors come from.</summary>
    public string Source { get; } = source;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; } = tensors;

    /// <summary>Gives a tensor whose shape must be exactly <paramref name="shape"/>.</summary>
    /// <exception cref="CheckpointException">The tensor is missing or has another shape.</exception>
    public float[] Get(string name, params ReadOnlySpan<int> shape)
    {
        if (!Tensors.TryGetValue(name, out CheckpointTensor? tensor))
        {
            throw new CheckpointException(
                $"{Source}: tensor '{name}' is missing; the model needs it with shape [{string.Join(", ", shape.ToArray())}]. "
                + "The checkpoint belongs to another architecture or is incomplete.",
                Source,
                name);
        }

        if (!shape.SequenceEqual(tensor.Shape))
        {
            throw new CheckpointException(
                $"{Source}: tensor '{name}' has shape [{string.Join(", ", tensor.Shape)}], expected "
                + $"[{string.Join(", ", shape.ToArray())}]. The checkpoint belongs to another configuration.",
                Source,
                name);
        }

        return tensor.Values;
    }

    /// <summary>Whether a tensor is there, whatever its shape.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CheckpointTensor? tensor) => Tensors.TryGetValue(name, out tensor);
}
