using AudioCodec.Training.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>Adam over a set of named tensors, with an average of the weights beside it.</summary>
/// <remarks>
/// Source: Kingma and Ba (arXiv 1412.6980). All state lies in tensors under the parameters' names, so that a checkpoint holds the whole
/// optimizer and a resumed run goes on bit by bit. <c>torch.optim.Adam</c> computes the same and resumes exactly too, but keeps its state by
/// position in a stream of its own, apart from the weights, knows no averages, and wants parameters of modules, which these networks,
/// made of tensors under the official names, do not have.
/// </remarks>
internal sealed class NamedAdam : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly ParameterSet _set;
    private readonly string[] _names;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _emaDecay;
    private readonly double _weightDecay;
    private readonly bool _sparse;
    private readonly Dictionary<string, Tensor> _state = new(StringComparer.Ordinal);

    /// <param name="set">The tensors.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="emaDecay">Decay of the averaged weights; 0 for none.</param>
    /// <param name="weightDecay">Decoupled decay of the matrices (Loshchilov and Hutter, arXiv 1711.05101).</param>
    /// <param name="sparse">Whether a step leaves tensors as they are that no loss reached in it, instead of letting their moments run on.</param>
    public NamedAdam(ParameterSet set, double beta1, double beta2, double emaDecay, double weightDecay = 0, bool sparse = false)
    {
        (_set, _beta1, _beta2, _emaDecay, _weightDecay, _sparse) = (set, beta1, beta2, emaDecay, weightDecay, sparse);
        _names = [.. set.TrainableNames];
        using var silent = no_grad();
        foreach (string name in _names)
        {
            _state["m." + name] = zeros_like(set[name]).DetachFromDisposeScope();
            _state["v." + name] = zeros_like(set[name]).DetachFromDisposeScope();
            if (emaDecay > 0)
            {
                _state["ema." + name] = set[name].detach().clone().DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Updates made so far; part of the state.</summary>
    public long Steps { get; set; }

    /// <summary>Moments and averages by name.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Whether averaged weights are kept.</summary>
    public bool Averages => _emaDecay > 0;

    /// <summary>Norm over all gradients; scales them down where it is above <paramref name="limit"/> (if that is above 0).</summary>
    public double ClipGradients(double limit)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Tensor[] gradients = [.. _names.Select(n => _set[n].grad).OfType<Tensor>()];
        double norm = Math.Sqrt(stack([.. gradients.Select(g => g.square().sum())], 0).sum().ToDouble());
        if (limit > 0 && norm > limit)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(limit / norm);
            }
        }

        return norm;
    }

    /// <summary>One update from the gradients that are there, which are then cleared.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Steps++;
        double correction1 = 1 - Math.Pow(_beta1, Steps);
        double correction2 = Math.Sqrt(1 - Math.Pow(_beta2, Steps));

        // The average starts fast, so that the fresh weights do not linger in it.
        double decay = Math.Min(_emaDecay, (1.0 + Steps) / (10.0 + Steps));
        foreach (string name in _names)
        {
            Tensor parameter = _set[name];
            if (parameter.grad is not { } gradient)
            {
                continue;
            }

            Tensor first = _state["m." + name];
            Tensor second = _state["v." + name];
            first.mul_(_beta1).add_(gradient, alpha: 1 - _beta1);
            second.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2);
            if (_weightDecay > 0 && parameter.dim() > 1)
            {
                parameter.mul_(1 - (learningRate * _weightDecay));
            }

            Tensor spread = second.sqrt().div_(correction2).add_(Epsilon);
            parameter.addcdiv_(first, spread, -learningRate / correction1);
            if (_emaDecay > 0)
            {
                _state["ema." + name].mul_(decay).add_(parameter, alpha: 1 - decay);
            }

            if (_sparse)
            {
                parameter.grad = null;
            }
            else
            {
                gradient.zero_();
            }
        }
    }

    /// <summary>Starts the averages anew from the present weights.</summary>
    public void ResetAverages()
    {
        using var silent = no_grad();
        foreach (string name in _names.Where(_ => _emaDecay > 0))
        {
            _state["ema." + name].copy_(_set[name]);
        }
    }

    /// <summary>Puts the averages in place of the weights whose names are chosen.</summary>
    public void AdoptAverages(Func<string, bool> chosen)
    {
        using var silent = no_grad();
        foreach (string name in _names.Where(n => _emaDecay > 0 && chosen(n)))
        {
            _set[name].copy_(_state["ema." + name]);
        }
    }

    /// <summary>Exchanges weights and averaged weights; called twice it changes nothing.</summary>
    public void SwapAverages()
    {
        if (_emaDecay <= 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var silent = no_grad();
        foreach (string name in _names)
        {
            Tensor held = _set[name].detach().clone();
            _set[name].copy_(_state["ema." + name]);
            _state["ema." + name].copy_(held);
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _state.Values)
        {
            tensor.Dispose();
        }
    }
}
