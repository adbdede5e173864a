using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;

namespace AudioCodec.Studio.Tests;

/// <summary>A program that speaks to a studio's live address.</summary>
internal sealed class LiveClient : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 16];

    private LiveClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public static async Task<LiveClient> OpenAsync(RunningStudio studio, string query = "codec=audiocodec_24khz&kbps=6", Action<ClientWebSocketOptions>? set = null)
    {
        var socket = new ClientWebSocket();
        set?.Invoke(socket.Options);
        await socket.ConnectAsync(new Uri($"{studio.Address.Replace("http", "ws", StringComparison.Ordinal)}api/live?{query}"), CancellationToken.None);
        return new LiveClient(socket);
    }

    public Task SayAsync(string text) => Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task SendAsync(byte[] message) => Socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>Sends samples.</summary>
    /// <param name="place">Place of the first on this end's clock.</param>
    /// <param name="samples">As they are sent.</param>
    public Task SendAsync(double place, ReadOnlySpan<short> samples)
    {
        var message = new byte[8 + (samples.Length * 2)];
        BinaryPrimitives.WriteDoubleLittleEndian(message, place);
        for (int i = 0; i < samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(message.AsSpan(8 + (i * 2)), samples[i]);
        }

        return SendAsync(message);
    }

    /// <summary>The next frame.</summary>
    public async Task<(double Place, double ServerMs, int PacketBytes, int State, float[] Samples)> ReceiveAsync()
    {
        WebSocketReceiveResult result = await Socket.ReceiveAsync(_buffer, new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token);
        Assert.True(result is { EndOfMessage: true, MessageType: WebSocketMessageType.Binary }, $"{result.CloseStatus} {result.CloseStatusDescription}");
        byte[] message = _buffer[..result.Count];
        float[] samples = [.. Enumerable.Range(0, (message.Length - 16) / 2).Select(i => BitConverter.ToInt16(message, 16 + (2 * i)) / 32768f)];
        return (BitConverter.ToDouble(message), BitConverter.ToSingle(message, 8), BitConverter.ToUInt16(message, 12), message[14], samples);
    }

    /// <summary>Reads on until the server closes, and closes too.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await Socket.ReceiveAsync(_buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
        {
        }

        (WebSocketCloseStatus? status, string? reason) = (Socket.CloseStatus, Socket.CloseStatusDescription);
        if (Socket.State == WebSocketState.CloseReceived)
        {
            await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }

        return (status, reason);
    }

    public void Dispose() => Socket.Dispose();
}
