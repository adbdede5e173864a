namespace AudioCodec.Studio.Live;

/// <summary>A frame on its way through the simulated network.</summary>
/// <param name="Bytes">Its codes, packed; as long as they are where the packet is lost.</param>
/// <param name="State">Whether it comes.</param>
/// <param name="ClientSample">Its first sample on the client's clock.</param>
/// <param name="Sent">When it was sent, in ticks of the stopwatch.</param>
/// <param name="WaitMs">How long the receiver waits before it is decoded, or concealed.</param>
internal readonly record struct LivePacket(byte[] Bytes, LivePacketState State, double ClientSample, long Sent, double WaitMs);
