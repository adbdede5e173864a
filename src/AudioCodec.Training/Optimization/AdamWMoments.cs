using static TorchSharp.torch;

namespace AudioCodec.Training.Optimization;

/// <summary>What AdamW keeps of a parameter.</summary>
/// <param name="First">Moving average of the gradient.</param>
/// <param name="Second">Moving average of its square.</param>
internal sealed record AdamWMoments(Tensor First, Tensor Second) : IDisposable
{
    /// <summary>Steps so far.</summary>
    public long Steps { get; set; }

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
