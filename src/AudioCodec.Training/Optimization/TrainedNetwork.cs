using AudioCodec.Checkpoints;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Configuration;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>A network in training with its AdamW and, where the recipe asks for them, its averages: updated, saved and restored together.</summary>
internal sealed class TrainedNetwork : IDisposable
{
    private const string UpdatesEntry = "average.updates";

    private readonly nn.Module _network;
    private readonly FlatAdamW _optimizer;
    private readonly (string Name, Parameter Parameter)[] _parameters;

    /// <summary>Prepares training.</summary>
    /// <param name="name">What checkpoints call the network.</param>
    /// <param name="network">The network, on its device; disposed with this object.</param>
    /// <param name="settings">The recipe's optimizer.</param>
    /// <param name="averaged">Whether averages are kept, if the recipe asks for them.</param>
    public TrainedNetwork(string name, nn.Module network, OptimizerSettings settings, bool averaged = true)
    {
        (Name, _network) = (name, network);

        // Weight decay is for matrices: biases and the gains of norms stay without.
        ILookup<bool, (string Name, Parameter Parameter)> matrices = network.named_parameters().ToLookup(p => p.parameter.dim() > 1);
        _parameters = [.. matrices[true], .. matrices[false]];
        _optimizer = new FlatAdamW([(matrices[true].Select(p => p.Parameter), settings.WeightDecay), (matrices[false].Select(p => p.Parameter), 0)], settings.Betas);
        Averages = averaged && settings.EmaDecay > 0 ? new WeightAverages(network, settings.EmaDecay) : null;
    }

    /// <summary>What checkpoints call the network.</summary>
    public string Name { get; }

    /// <summary>Averages of its weights, or <see langword="null"/>.</summary>
    public WeightAverages? Averages { get; }

    /// <summary>Trained weights in all.</summary>
    public long ParameterCount => _parameters.Sum(p => p.Parameter.numel());

    /// <summary>Updates the weights by their gradients, and clears these. Weights without a gradient stay as they are.</summary>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="clipNorm">Gradients are scaled down where their norm is above this; 0 for never.</param>
    /// <returns>Norm of all gradients before clipping; where it is not finite nothing is updated.</returns>
    public double Update(double learningRate, double clipNorm)
    {
        double norm = _optimizer.Step(learningRate, clipNorm);
        if (double.IsFinite(norm))
        {
            Averages?.Update();
        }

        _network.zero_grad();
        return norm;
    }

    /// <summary>Overwrites the weights with a checkpoint's; the averages start from them.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public void Load(StateDict weights)
    {
        _network.Load(weights);
        Averages?.Reset();
    }

    /// <summary>Copies of weights, moments, step counts and averages, by name.</summary>
    public IEnumerable<(string Name, CheckpointTensor Value)> State()
    {
        foreach ((string name, Tensor value) in Tensors())
        {
            yield return (name, value.ToCheckpointTensor());
        }

        foreach ((string name, AdamWMoments moments) in Moments())
        {
            yield return (name + ".step", Count(moments.Steps));
        }

        if (Averages is not null)
        {
            yield return (UpdatesEntry, Count(Averages.Updates));
        }
    }

    /// <summary>Continues from what <see cref="State"/> gave.</summary>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    public void Restore(StateDict state)
    {
        foreach ((string name, Tensor target) in Tensors())
        {
            target.CopyFrom(state, name);
        }

        foreach ((string name, AdamWMoments moments) in Moments())
        {
            moments.Steps = (long)state.Get(name + ".step", 1)[0];
        }

        if (Averages is not null)
        {
            Averages.Updates = (long)state.Get(UpdatesEntry, 1)[0];
        }
    }

    /// <summary>The network's tensors by official name, averages in place of the weights where there are some.</summary>
    public Dictionary<string, Tensor> AveragedTensors()
    {
        Dictionary<string, Tensor> tensors = _network.state_dict();
        foreach ((string name, Tensor average) in Averages?.Values ?? [])
        {
            tensors[name] = average;
        }

        return tensors;
    }

    public void Dispose()
    {
        Averages?.Dispose();
        _optimizer.Dispose();
        _network.Dispose();
    }

    /// <summary>A count as PyTorch's optimizers save it; single precision is exact to 16 million.</summary>
    private static CheckpointTensor Count(long count) => new([1], [(float)count]);

    private IEnumerable<(string Name, AdamWMoments Moments)> Moments() => _parameters.Zip(_optimizer.Moments, (p, moments) => ($"adamw/{p.Name}", moments));

    private IEnumerable<(string Name, Tensor Value)> Tensors() =>
    [
        .. _network.state_dict().Select(t => ($"weights/{t.Key}", t.Value)),
        .. Moments().SelectMany(m => new[] { (m.Name + ".exp_avg", m.Moments.First), (m.Name + ".exp_avg_sq", m.Moments.Second) }),
        .. (Averages?.Values ?? []).Select(a => ($"average/{a.Name}", a.Value)),
    ];
}
