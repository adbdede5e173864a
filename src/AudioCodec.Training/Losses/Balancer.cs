using AudioCodec.Training.Runs;
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
    /// <param name="measure">
    /// Whether the losses' norms are measured, which needs a pass for each. Otherwise one pass makes the gradient by the averages so far; a loss that is new is always measured.
    /// </param>
    /// <returns>[B, C, T]; each item's norm is about 1 in all. The losses' graph is kept.</returns>
    public Tensor Gradient(IReadOnlyList<(string Name, Tensor Loss, double Weight)> losses, Tensor output, bool measure = true)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(output);
        double weights = losses.Sum(l => l.Weight);
        if (!measure && losses.All(l => _norms.ContainsKey(l.Name)))
        {
            Tensor joined = losses.Select(l => l.Loss * Share(l)).Aggregate((a, b) => a + b);
            return autograd.grad([joined], [output], retain_graph: true)[0];
        }

        Tensor[] gradients = [.. losses.Select(l => autograd.grad([l.Loss], [output], retain_graph: true)[0])];
        double[] norms = Scalars.Read(gradients.Select(g => g.flatten(1).square().sum([1L]).sqrt().mean()));
        for (int i = 0; i < norms.Length; i++)
        {
            Add(losses[i].Name, norms[i], gradients[i].shape[0]);
        }

        return losses.Zip(gradients, (loss, gradient) => gradient * Share(loss)).Aggregate((a, b) => a + b);

        double Share((string Name, Tensor Loss, double Weight) loss) => loss.Weight / weights / (Epsilon + (_norms[loss.Name].Total / _norms[loss.Name].Count));
    }

    private void Add(string name, double norm, long items)
    {
        _norms.TryGetValue(name, out (double Total, double Count) state);
        _norms[name] = ((state.Total * decay) + (items * norm), (state.Count * decay) + items);
    }
}
