namespace AudioCodec.Training.Modules;

/// <summary>Growth that a fresh layer needs so that the signal keeps its root mean square through the network.</summary>
/// <remarks>
/// With PyTorch's default initialization every layer shrinks the signal, the decoder of a fresh codec puts out a fiftieth of its input,
/// and nothing is learned for hundreds of steps.
/// </remarks>
internal static class FreshGain
{
    /// <summary>1 / sqrt(E[ELU(x)^2]) for x of unit normal distribution: ELU keeps 0.645 of the power.</summary>
    public const double AfterElu = 1.245;

    /// <summary>Level of audio: inside the network the signal has unit level, at the decoder's end about 0.15 to 0.2.</summary>
    public const double ToAudio = 0.2;
}
