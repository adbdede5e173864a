using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>Moving averages of a network's parameters, which are validated and exported in their place.</summary>
internal sealed class WeightAverages : IDisposable
{
    private readonly (FlatParameters Parameters, Tensor Averages)[] _groups;
    private readonly Dictionary<string, (Tensor Parameter, Tensor Average)> _weights;
    private readonly double _decay;

    /// <summary>Starts from the present parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decay">Decay of the averages for each update.</param>
    public WeightAverages(nn.Module network, double decay)
    {
        _decay = decay;
        using IDisposable frozen = no_grad();
        _groups = [.. FlatParameters.Divide(network.parameters()).Select(group => (group, Averages(group)))];
        _weights = network.named_parameters().Zip(_groups.SelectMany(group => group.Parameters.Split(group.Averages))).ToDictionary(
            p => p.First.name, p => ((Tensor)p.First.parameter, p.Second.DetachFromDisposeScope()), StringComparer.Ordinal);
    }

    /// <summary>Updates so far.</summary>
    public long Updates { get; set; }

    /// <summary>The averages by parameter.</summary>
    public IEnumerable<(string Name, Tensor Value)> Values => _weights.Select(w => (w.Key, w.Value.Average));

    /// <summary>Adds the present parameters.</summary>
    /// <remarks>A parameter that equals its average leaves it exactly as it is, so that the export of a part that is no longer trained stays the same.</remarks>
    public void Update()
    {
        Updates++;

        // The averages start fast, so that the fresh weights do not linger in them.
        double decay = Math.Min(_decay, (1.0 + Updates) / (10.0 + Updates));
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor? share = null;
        foreach ((FlatParameters parameters, Tensor averages) in _groups)
        {
            share ??= tensor((float)(1 - decay), device: averages.device);
            averages.lerp_(parameters.Join(0, parameters.Parameters.Count), share);
        }
    }

    /// <summary>Sets all averages to the present parameters.</summary>
    public void Reset()
    {
        using IDisposable frozen = no_grad();
        foreach ((Tensor parameter, Tensor average) in _weights.Values)
        {
            average.copy_(parameter);
        }
    }

    /// <summary>Sets parameters, chosen by their names, to their averages.</summary>
    public void Adopt(Func<string, bool> chosen)
    {
        using IDisposable frozen = no_grad();
        foreach ((_, (Tensor parameter, Tensor average)) in _weights.Where(w => chosen(w.Key)))
        {
            parameter.copy_(average);
        }
    }

    /// <summary>Puts the averages in place of the parameters until the result is disposed.</summary>
    public IDisposable Exchange()
    {
        Swap();
        return new Exchanged(this);
    }

    public void Dispose()
    {
        foreach ((_, Tensor average) in _weights.Values)
        {
            average.Dispose();
        }

        foreach ((FlatParameters parameters, Tensor averages) in _groups)
        {
            parameters.Dispose();
            averages.Dispose();
        }
    }

    private static Tensor Averages(FlatParameters parameters) => parameters.Join(0, parameters.Parameters.Count).clone().DetachFromDisposeScope();

    private void Swap()
    {
        using IDisposable frozen = no_grad();
        foreach ((Tensor parameter, Tensor average) in _weights.Values)
        {
            using Tensor held = parameter.detach().clone();
            parameter.copy_(average);
            average.copy_(held);
        }
    }

    private sealed class Exchanged(WeightAverages averages) : IDisposable
    {
        public void Dispose() => averages.Swap();
    }
}
