using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>Parameters whose values can be laid side by side, so that an operator works on all of them.</summary>
/// <remarks>On a GPU an operator costs a launch, however small its tensors are. The parameters must stay where they are in memory.</remarks>
internal sealed class FlatParameters : IDisposable
{
    private readonly Tensor[] _flat;
    private readonly long[] _sizes;
    private readonly long[] _starts;

    private FlatParameters(List<Parameter> parameters)
    {
        Parameters = parameters;
        _sizes = [.. parameters.Select(p => p.numel())];
        _starts = [0, .. _sizes.Select((_, i) => _sizes[..(i + 1)].Sum())];
        _flat = [.. parameters.Select(p => p.detach().view(-1).DetachFromDisposeScope())];
    }

    /// <summary>The parameters, in their order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Elements that a device best works on at once: on a CPU those that stay in its cache.</summary>
    public static long LimitOf(DeviceType device) => device == DeviceType.CPU ? 1 << 16 : long.MaxValue;

    /// <summary>Divides parameters of one device, in their order: on a CPU a large one stays alone.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="limit">Elements to lay side by side at most; <see langword="null"/> for what suits the device.</param>
    public static IReadOnlyList<FlatParameters> Divide(IEnumerable<Parameter> parameters, long? limit = null)
    {
        List<List<Parameter>> groups = [];
        long elements = 0;
        foreach (Parameter parameter in parameters)
        {
            elements += parameter.numel();
            if (groups.Count == 0 || elements > (limit ?? LimitOf(parameter.device_type)))
            {
                groups.Add([]);
                elements = parameter.numel();
            }

            groups[^1].Add(parameter);
        }

        return [.. groups.Select(group => new FlatParameters(group))];
    }

    /// <summary>The values of some neighbours: a copy, or a single one's own memory.</summary>
    public Tensor Join(int first, int count) => count == 1 ? _flat[first] : cat(_flat[first..(first + count)]);

    /// <summary>Writes values of <see cref="Join"/> back where they are a copy.</summary>
    public void Spread(Tensor values, int first, int count)
    {
        if (count > 1)
        {
            Tensor[] parts = values.split(_sizes[first..(first + count)]);
            for (int i = 0; i < count; i++)
            {
                _flat[first + i].copy_(parts[i]);
            }
        }
    }

    /// <summary>A tensor for something of all parameters, of zeros.</summary>
    public Tensor Zeros() => zeros(_starts[^1], device: _flat[0].device);

    /// <summary>The part of such a tensor that belongs to some neighbours.</summary>
    public Tensor Slice(Tensor all, int first, int count) => all.narrow(0, _starts[first], _starts[first + count] - _starts[first]);

    /// <summary>The parts of such a tensor, each in its parameter's shape.</summary>
    public IEnumerable<Tensor> Split(Tensor all) => Parameters.Select((parameter, i) => Slice(all, i, 1).view(parameter.shape));

    public void Dispose()
    {
        foreach (Tensor flat in _flat)
        {
            flat.Dispose();
        }
    }
}
