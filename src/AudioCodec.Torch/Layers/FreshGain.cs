namespace AudioCodec.Torch.Layers;

/// <summary>How much a fresh layer must amplify so that the signal keeps its root mean square through the network.</summary>
/// <remarks>
/// With PyTorch's default initialization every layer attenuates the signal: the output of a fresh decoder is a fiftieth of its input,
/// and nothing is learned for hundreds of steps.
/// </remarks>
internal static class FreshGain
{
    /// <summary>1 / sqrt(E[ELU(x)^2]) for x of unit normal distribution: ELU keeps 0.645 of the power.</summary>
    public const double AfterElu = 1.245;

    /// <summary>Root mean square of audio, about 0.15 to 0.2; inside the network the signal has unit root mean square.</summary>
    public const double ToAudio = 0.2;
}
