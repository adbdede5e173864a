using System.Net.WebSockets;

namespace AudioCodec.Studio.Live;

/// <summary>A live stream is over, with the status and the sentence (at most 123 bytes) that its client gets.</summary>
internal sealed class LiveEnd(WebSocketCloseStatus status, string message) : Exception(message)
{
    /// <summary>The status of the closing message.</summary>
    public WebSocketCloseStatus Status { get; } = status;
}
