using static TorchSharp.torch;

namespace AudioCodec.Training.Losses;

/// <summary>Hinge losses over several discriminators, and feature matching.</summary>
/// <remarks>Source: EnCodec (arXiv 2210.13438) section 3.4; feature matching is the plain sum over maps, as in the published recipe.</remarks>
internal static class AdversarialLosses
{
    /// <summary>Mean over scales of mean(max(0, 1 - D(fake))).</summary>
    public static Tensor Generator((Tensor Logits, Tensor[] Maps)[] fake) =>
        Sum(fake.Select(f => (1 - f.Logits).relu().mean())) / fake.Length;

    /// <summary>Mean over scales of mean(max(0, 1 - D(real))) + mean(max(0, 1 + D(fake))).</summary>
    public static Tensor Discriminator((Tensor Logits, Tensor[] Maps)[] real, (Tensor Logits, Tensor[] Maps)[] fake) =>
        Sum(real.Zip(fake, (r, f) => (1 - r.Logits).relu().mean() + (1 + f.Logits).relu().mean())) / real.Length;

    /// <summary>Sum over all maps of the mean absolute difference.</summary>
    public static Tensor FeatureMatching((Tensor Logits, Tensor[] Maps)[] real, (Tensor Logits, Tensor[] Maps)[] fake) =>
        Sum(real.Zip(fake, (r, f) => Sum(r.Maps.Zip(f.Maps, (a, b) => (a.detach() - b).abs().mean()))));

    private static Tensor Sum(IEnumerable<Tensor> terms) => terms.Aggregate((a, b) => a + b);
}
