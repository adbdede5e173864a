using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading.Channels;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Live;

/// <summary>One client's microphone through a codec and a simulated network, and back.</summary>
/// <remarks>Two loops: one takes messages and encodes, the other waits until a packet is due, decodes and answers.</remarks>
internal sealed class LiveSession : IDisposable
{
    private const double AheadSeconds = 2;
    private const int MostPackets = 1024;
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly CodecInfo _info;
    private readonly StudioLimits _limits;
    private readonly Channel<LivePacket> _network = Channel.CreateBounded<LivePacket>(new BoundedChannelOptions(MostPackets) { SingleReader = true, SingleWriter = true });
    private readonly LiveSender _sender;
    private readonly LiveReceiver _receiver;
    private readonly byte[] _message;
    private readonly long _start = Stopwatch.GetTimestamp();
    private Task<ValueWebSocketReceiveResult>? _pending;

    /// <summary>Prepares both ends.</summary>
    /// <param name="socket">The client; not disposed.</param>
    /// <param name="codec">A codec that can be live.</param>
    /// <param name="kbps">One of its rates.</param>
    /// <param name="limits">The limits.</param>
    public LiveSession(WebSocket socket, Codec codec, double kbps, StudioLimits limits)
    {
        (_socket, _info, _limits) = (socket, codec.Info, limits);
        _message = new byte[limits.LiveMessageBytes + 1];
        _sender = new LiveSender(codec.OpenEncoder(kbps), _info.Config, _network.Writer);
        _receiver = new LiveReceiver(codec.OpenDecoder(_sender.Codebooks), _info.Config);
    }

    /// <summary>Serves the client until it leaves, breaks a rule, or the server stops; the closing message says which.</summary>
    /// <param name="stopping">The server stops.</param>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ended = new CancellationTokenSource();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limit.CancelAfter(_limits.LiveTime);
        Task sending = SendAsync(ended.Token);
        Task receiving = ReceiveAsync(limit.Token);
        try
        {
            LiveEnd end = await EndAsync(await Task.WhenAny(receiving, sending).ConfigureAwait(false), stopping).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await CloseAsync(sending, end).ConfigureAwait(false);
        }
        finally
        {
            _socket.Abort(); // Ends what still waits for a client that is gone or silent.
            await ended.CancelAsync().ConfigureAwait(false);
            await limit.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sending, receiving, _pending ?? Task.CompletedTask).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private async Task<LiveEnd> EndAsync(Task first, CancellationToken stopping)
    {
        try
        {
            await first.ConfigureAwait(false);
            return new LiveEnd(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (LiveEnd end)
        {
            return end;
        }
        catch (WebSocketException)
        {
            return new LiveEnd(WebSocketCloseStatus.NormalClosure, ""); // The client is gone.
        }
        catch (OperationCanceledException)
        {
            return stopping.IsCancellationRequested ? new LiveEnd(WebSocketCloseStatus.EndpointUnavailable, "The server stops.")
                : new LiveEnd(WebSocketCloseStatus.PolicyViolation, $"The stream ran for {_limits.LiveTime.TotalSeconds:0} seconds, the most here.");
        }
    }

    /// <summary>Sends the closing message, and waits a little for the client's.</summary>
    private async Task CloseAsync(Task sending, LiveEnd end)
    {
        using var patience = new CancellationTokenSource(s_closing);
        try
        {
            await sending.WaitAsync(patience.Token).ConfigureAwait(false);
            await _socket.CloseOutputAsync(end.Status, end.Message, patience.Token).ConfigureAwait(false);
            while (_socket.State == WebSocketState.CloseSent)
            {
                await ReceivePieceAsync(0, patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // Gone without a word.
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int length = 0;
            ValueWebSocketReceiveResult piece;
            do
            {
                piece = await ReceivePieceAsync(length, cancellation).ConfigureAwait(false);
                length += piece.Count;
                if (length > _limits.LiveMessageBytes)
                {
                    throw new LiveEnd(WebSocketCloseStatus.MessageTooBig, $"A message has at most {_limits.LiveMessageBytes} bytes.");
                }
            }
            while (!piece.EndOfMessage);

            if (piece.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            Take(piece.MessageType, _message.AsSpan(0, length));
        }
    }

    /// <summary>Receives without cancelling, which would end the socket before a closing message can be sent.</summary>
    private async Task<ValueWebSocketReceiveResult> ReceivePieceAsync(int at, CancellationToken cancellation)
    {
        _pending ??= _socket.ReceiveAsync(_message.AsMemory(at), CancellationToken.None).AsTask();
        try
        {
            ValueWebSocketReceiveResult piece = await _pending.WaitAsync(_limits.LiveIdle, cancellation).ConfigureAwait(false);
            _pending = null;
            return piece;
        }
        catch (TimeoutException)
        {
            throw new LiveEnd(WebSocketCloseStatus.PolicyViolation, $"Nothing came for {_limits.LiveIdle.TotalSeconds:0} seconds.");
        }
    }

    private void Take(WebSocketMessageType type, ReadOnlySpan<byte> message)
    {
        if (type == WebSocketMessageType.Text)
        {
            _sender.Network = LiveMessage.ReadNetwork(message);
            return;
        }

        (double clientSample, float[] samples) = LiveMessage.ReadAudio(message, _info.Channels);
        double ahead = ((double)_sender.LengthSamples / _info.SampleRateHz) - Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (ahead > AheadSeconds)
        {
            throw new LiveEnd(WebSocketCloseStatus.PolicyViolation, "Samples come faster than they sound.");
        }

        _sender.Write(clientSample, samples);
    }

    private async Task SendAsync(CancellationToken ended)
    {
        try
        {
            await foreach (LivePacket packet in _network.Reader.ReadAllAsync(ended).ConfigureAwait(false))
            {
                double waitMs = packet.WaitMs - Stopwatch.GetElapsedTime(packet.Sent).TotalMilliseconds;
                if (waitMs >= 1)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(waitMs), ended).ConfigureAwait(false);
                }

                await SendAsync(packet).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The closing message follows.
        }
    }

    private Task SendAsync(LivePacket packet)
    {
        ReadOnlySpan<float> samples = _receiver.Take(packet);
        byte[] message = LiveMessage.WriteFrame(packet, Stopwatch.GetElapsedTime(packet.Sent).TotalMilliseconds, samples);
        return _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
    }
}
