using AudioCodec.Training.Discriminators;
using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Hinge losses over several discriminators, and feature matching.</summary>
/// <remarks>Source: EnCodec (arXiv 2210.13438) section 3.4; feature matching is the plain sum over maps, as in the published recipe.</remarks>
internal static class AdversarialLosses
{
    /// <summary>Mean over scales of mean(max(0, 1 - D(fake))).</summary>
    public static Tensor Generator(IReadOnlyList<DiscriminatorOutput> fake) =>
        Sum(fake.Select(f => (1 - f.Logits).relu().mean())) / fake.Count;

    /// <summary>Mean over scales of mean(max(0, 1 - D(real))) + mean(max(0, 1 + D(fake))).</summary>
    public static Tensor Discriminator(IReadOnlyList<DiscriminatorOutput> real, IReadOnlyList<DiscriminatorOutput> fake) =>
        Sum(real.Zip(fake, (r, f) => (1 - r.Logits).relu().mean() + (1 + f.Logits).relu().mean())) / real.Count;

    /// <summary>Sum over all maps of the mean absolute difference.</summary>
    public static Tensor FeatureMatching(IReadOnlyList<DiscriminatorOutput> real, IReadOnlyList<DiscriminatorOutput> fake) =>
        Sum(real.Zip(fake, (r, f) => Sum(r.Maps.Zip(f.Maps, (a, b) => (a.detach() - b).abs().mean()))));

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);
}
