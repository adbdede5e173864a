using System.Net.WebSockets;
using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using AudioCodec.Studio.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AudioCodec.Studio.Api;

/// <summary>A microphone through a streaming codec and back, over a WebSocket.</summary>
internal sealed class LiveApi(CodecProvider codecs, StudioModels models, StudioLimits limits, StudioMetrics metrics, IHostApplicationLifetime lifetime)
{
    private const string Protocol = "audiocodec-live-1";
    private int _open;

    /// <summary>Adds the address.</summary>
    public void Map(RouteGroupBuilder api)
    {
        api.MapGet("/live", RunAsync)
            .WithSummary("WebSocket: samples of a microphone to packets of a codec, through a simulated network, and decoded back.")
            .Produces(101).ProducesProblem(400).ProducesProblem(426).ProducesProblem(429);
        api.MapMethods("/live", [HttpMethods.Connect], RunAsync).ExcludeFromDescription(); // How HTTP/2 opens a WebSocket.
    }

    private async Task RunAsync(HttpContext context, string codec, double kbps)
    {
        if (!models.Codecs.TryGetValue(codec, out CodecInfo? info) || !StudioModels.CanBeLive(info))
        {
            throw new Refusal(400, "There is no such codec here for live streams; api/models lists them.");
        }

        models.Require(codec, kbps);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            throw new Refusal(426, "This address speaks WebSocket only.");
        }

        if (Interlocked.Increment(ref _open) > limits.LiveStreams)
        {
            Interlocked.Decrement(ref _open);
            throw new Refusal(429, $"{limits.LiveStreams} live streams are open already, the most here; try again later.", 10);
        }

        metrics.Live.Add(1);
        try
        {
            Codec loaded = await codecs.GetAsync(codec, context.RequestAborted).ConfigureAwait(false);
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol) ? Protocol : null).ConfigureAwait(false);
            using var session = new LiveSession(socket, loaded, kbps, limits);
            await session.RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        finally
        {
            metrics.Live.Add(-1);
            Interlocked.Decrement(ref _open);
        }
    }
}
