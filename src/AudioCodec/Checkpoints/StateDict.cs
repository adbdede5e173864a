using System.Diagnostics.CodeAnalysis;

namespace AudioCodec.Checkpoints;

/// <summary>Named tensors of one model, under the official EnCodec names (<c>encoder.model.3.conv.conv.weight_v</c>).</summary>
/// <param name="source">Path or name of the checkpoint; used in messages.</param>
/// <param name="tensors">The tensors by name.</param>
public sealed class StateDict(string source, IReadOnlyDictionary<string, CheckpointTensor> tensors)
{
    /// <summary>Path or name of the checkpoint.</summary>
    public string Source { get; } = source;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; } = tensors;

    /// <summary>Values of a tensor, whose shape must be <paramref name="shape"/>.</summary>
    /// <exception cref="CheckpointException">The tensor is missing or has another shape.</exception>
    public float[] Get(string name, params ReadOnlySpan<int> shape) => Find(name, shape).Values;

    /// <summary>Finds a tensor of any shape.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CheckpointTensor? tensor) => Tensors.TryGetValue(name, out tensor);

    /// <summary>As <see cref="Get"/>, without reading the values.</summary>
    internal CheckpointTensor Find(string name, params ReadOnlySpan<int> shape)
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

        return tensor;
    }

    /// <summary>The same tensors with their values in memory; a tensor with two names is read once.</summary>
    /// <exception cref="CheckpointException">Values cannot be read.</exception>
    internal StateDict ReadAll()
    {
        var read = new Dictionary<CheckpointTensor, CheckpointTensor>();
        var tensors = new Dictionary<string, CheckpointTensor>(Tensors.Count, StringComparer.Ordinal);
        foreach ((string name, CheckpointTensor tensor) in Tensors)
        {
            if (!read.TryGetValue(tensor, out CheckpointTensor? loaded))
            {
                loaded = new CheckpointTensor(tensor.Shape, tensor.Values);
                read.Add(tensor, loaded);
            }

            tensors.Add(name, loaded);
        }

        return new StateDict(Source, tensors);
    }
}
