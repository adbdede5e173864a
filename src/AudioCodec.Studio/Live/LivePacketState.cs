namespace AudioCodec.Studio.Live;

/// <summary>What became of a packet. The numbers are those of the messages.</summary>
internal enum LivePacketState : byte
{
    Received = 0,
    Lost = 1,
    Late = 2,
}
