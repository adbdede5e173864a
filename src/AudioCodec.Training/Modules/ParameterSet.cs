using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>The tensors of a network under their official names, in the order in which its layers were built.</summary>
/// <param name="random">Source of initial values; values do not depend on the device.</param>
/// <param name="device">Where the tensors live.</param>
/// <param name="type">Their type; double precision is for checking gradients.</param>
public sealed class ParameterSet(SplitMix random, Device device, ScalarType type = ScalarType.Float32) : IDisposable
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _buffers = new(StringComparer.Ordinal);

    /// <summary>Where the tensors live.</summary>
    public Device Device { get; } = device;

    /// <summary>Whether convolutions compute in bfloat16; weights, sums over time and losses stay in single precision.</summary>
    public bool ReducedPrecision { get; set; }

    /// <summary>Whether convolutions act on their input minus a fixed level per channel; set before the layers are built.</summary>
    public bool Centered { get; init; }

    /// <summary>Source of initial values.</summary>
    public SplitMix Random { get; } = random;

    /// <summary>Names of all tensors, in building order.</summary>
    public IReadOnlyList<string> Names => _order;

    /// <summary>Names of the tensors that are trained.</summary>
    public IEnumerable<string> TrainableNames => _order.Where(n => !_buffers.Contains(n));

    /// <summary>The tensor of that name.</summary>
    public Tensor this[string name] => _tensors[name];

    /// <summary>Adds a trained tensor.</summary>
    public Tensor Parameter(string name, float[] values, params long[] shape)
    {
        Tensor tensor = Add(name, values, shape);
        tensor.requires_grad = true;
        return tensor;
    }

    /// <summary>Adds a tensor that is kept but not trained by gradients.</summary>
    public Tensor Buffer(string name, float[] values, params long[] shape)
    {
        _buffers.Add(name);
        return Add(name, values, shape);
    }

    /// <summary>Values drawn evenly from -<paramref name="bound"/> to <paramref name="bound"/>.</summary>
    public float[] Uniform(long count, double bound)
    {
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((Random.NextDouble() * 2) - 1) * bound);
        }

        return values;
    }

    /// <summary>Overwrites the tensors with a checkpoint's; shapes must agree.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public void Load(StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (string name in _order)
        {
            Tensor target = _tensors[name];

            // Networks trained elsewhere know no centers: theirs are zero.
            if (name.EndsWith(ChannelCenter.Suffix, StringComparison.Ordinal) && !state.Tensors.ContainsKey(name))
            {
                target.zero_();
                continue;
            }

            int[] shape = [.. target.shape.Select(d => (int)d)];
            target.copy_(tensor(state.Get(name, shape), target.shape, dtype: null, device: Device));
        }
    }

    /// <summary>Copies the tensors into memory under their names.</summary>
    public StateDict ToStateDict(string source) =>
        new(source, _order.ToDictionary(n => n, n => ToCheckpointTensor(_tensors[n])));

    /// <summary>Copies one tensor into memory.</summary>
    public static CheckpointTensor ToCheckpointTensor(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Tensor plain = tensor.detach().cpu().contiguous();
        return new CheckpointTensor([.. plain.shape.Select(d => (int)d)], plain.data<float>().ToArray());
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private Tensor Add(string name, float[] values, long[] shape)
    {
        Tensor created = tensor(values, shape, dtype: type, device: Device).DetachFromDisposeScope();
        _tensors.Add(name, created);
        _order.Add(name);
        return created;
    }
}
