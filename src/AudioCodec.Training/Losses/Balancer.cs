using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Weighs losses by the share of the gradient that each shall have, whatever its own scale.</summary>
/// <remarks>Source: EnCodec (arXiv 2210.13438), equation 5, with norms per item of the batch.</remarks>
/// <param name="decay">Decay of the averaged norms.</param>
internal sealed class Balancer(double decay)
{
    private const double Epsilon = 1e-12;

    private readonly SortedDictionary<string, (double Total, double Count)> _norms = new(StringComparer.Ordinal);

    /// <summary>Averaged norms' state by loss, for checkpoints: total and count.</summary>
    public IReadOnlyDictionary<string, (double Total, double Count)> State => _norms;

    /// <summary>Continues from a saved state.</summary>
    public void Restore(string name, double total, double count) => _norms[name] = (total, count);

    /// <summary>The gradient for the network's output.</summary>
    /// <param name="losses">Each loss's name, value and weight.</param>
    /// <param name="output">What the losses were computed from, with <c>requires_grad</c>; [B, C, T].</param>
    /// <returns>[B, C, T]; each item's norm is about 1 in all.</returns>
    public Tensor Gradient(IReadOnlyList<(string Name, Tensor Loss, double Weight)> losses, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(output);
        double weights = losses.Sum(l => l.Weight);
        Tensor? sum = null;
        foreach ((string name, Tensor loss, double weight) in losses)
        {
            Tensor gradient = autograd.grad([loss], [output], retain_graph: true)[0];
            Tensor scaled = gradient * (weight / weights / (Epsilon + Average(name, gradient)));
            sum = sum is null ? scaled : sum + scaled;
        }

        return sum!;
    }

    private double Average(string name, Tensor gradient)
    {
        double norm = gradient.flatten(1).square().sum([1L]).sqrt().mean().ToDouble();
        long items = gradient.shape[0];
        _norms.TryGetValue(name, out (double Total, double Count) state);
        state = ((state.Total * decay) + (items * norm), (state.Count * decay) + items);
        _norms[name] = state;
        return state.Total / state.Count;
    }
}
