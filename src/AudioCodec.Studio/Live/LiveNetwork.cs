namespace AudioCodec.Studio.Live;

/// <summary>The network between both ends of a live stream, which a listener sets: packets are lost by chance, come late, and are waited for.</summary>
/// <param name="Loss">Share of packets that are lost, 0 to 1, each by itself.</param>
/// <param name="JitterMs">A packet takes a time between 0 and this, all equally likely, ms.</param>
/// <param name="BufferMs">How long the receiver waits for a packet, ms; what takes longer is too late and counts as lost.</param>
internal sealed record LiveNetwork(double Loss = 0, double JitterMs = 0, double BufferMs = 0)
{
    private const double MostMs = 1000;

    /// <summary>Whether all numbers are within their ranges.</summary>
    public bool IsValid => Loss is >= 0 and <= 1 && JitterMs is >= 0 and <= MostMs && BufferMs is >= 0 and <= MostMs;

    /// <summary>What becomes of the next packet.</summary>
    /// <param name="random">Decides.</param>
    public LivePacketState Send(Random random) =>
        random.NextDouble() < Loss ? LivePacketState.Lost
        : random.NextDouble() * JitterMs > BufferMs ? LivePacketState.Late
        : LivePacketState.Received;
}
