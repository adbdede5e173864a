using System.Buffers.Text;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Tests;

/// <summary>The live address, as a program uses it.</summary>
public sealed class LiveSocketTests
{
    private const int Hop = 320;
    private const int Frames = 60;

    /// <summary>What comes back is what the library decodes from the same samples, with the times of the sender's clock.</summary>
    [Fact]
    public async Task Samples_OverALosslessNetwork_ComeBackAsTheCodecDecodesThem()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using LiveClient client = await LiveClient.OpenAsync(studio);
        short[] spoken = Spoken(Frames * Hop);
        var heard = new List<float>();
        for (int frame = 0; frame < Frames; frame++)
        {
            await client.SendAsync(1000 + (frame * Hop), spoken.AsSpan(frame * Hop, Hop));
        }

        for (int frame = 0; frame < Frames; frame++)
        {
            (double place, _, int bytes, int state, float[] samples) = await client.ReceiveAsync();
            Assert.Equal((1000 + (frame * Hop), 10, 0), (place, bytes, state));
            heard.AddRange(samples);
        }

        await using Codec codec = await Codec.LoadAsync();
        float[] expected = codec.Decode(codec.Encode(new AudioBuffer([.. spoken.Select(value => value / 32768f)], 1, 24000), 6)).Samples;
        Assert.Equal(expected.Length, heard.Count);
        Assert.All(expected.Zip(heard), pair => Assert.Equal(pair.First, pair.Second, 1 / 32767.0));
        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal(WebSocketState.Closed, client.Socket.State);
    }

    [Fact]
    public async Task Network_ThatLosesAndDelays_ConcealsAsManyAndTakesItsTime()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using LiveClient client = await LiveClient.OpenAsync(studio);
        short[] spoken = Spoken(Frames * Hop);
        await client.SayAsync("""{"loss":0.3,"jitterMs":100,"bufferMs":50}""");
        await client.SendAsync(0, spoken);
        var states = new int[3];
        for (int frame = 0; frame < Frames; frame++)
        {
            (_, double serverMs, _, int state, float[] samples) = await client.ReceiveAsync();
            states[state]++;
            Assert.Equal(Hop, samples.Length);
            Assert.InRange(serverMs, 49, 5000);
        }

        Assert.All(states, count => Assert.InRange(count, 6, 45)); // 35 % of 60 each but for chance.
        await client.SayAsync("""{"loss":1}""");
        await client.SendAsync(0, spoken);
        float[] last = [];
        for (int frame = 0; frame < Frames; frame++)
        {
            (_, _, _, int state, last) = await client.ReceiveAsync();
            Assert.Equal(1, state);
        }

        Assert.All(last, sample => Assert.Equal(0, sample));
    }

    [Theory]
    [InlineData("text", """{"loss":2}""", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("text", "loss", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("text", "null", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("binary", "1234567", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("binary", "123456789", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("nan", "", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("large", "", WebSocketCloseStatus.MessageTooBig)]
    [InlineData("fast", "", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("idle", "", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("long", "", WebSocketCloseStatus.PolicyViolation)]
    public async Task Client_ThatBreaksARule_IsToldWhichAndClosed(string kind, string content, WebSocketCloseStatus expected)
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits
        {
            LiveIdle = TimeSpan.FromSeconds(kind == "idle" ? 0.3 : 10),
            LiveTime = TimeSpan.FromSeconds(kind == "long" ? 0.3 : 60),
            LiveStreams = 1,
        });
        using (LiveClient client = await LiveClient.OpenAsync(studio))
        {
            await (kind switch
            {
                "text" => client.SayAsync(content),
                "binary" => client.SendAsync(Encoding.ASCII.GetBytes(content)),
                "nan" => client.SendAsync(double.NaN, [1]),
                "large" => client.SendAsync(new byte[(1 << 16) + 2]),
                "fast" => Task.WhenAll(client.SendAsync(0, new short[30000]), client.SendAsync(0, new short[30000]), client.SendAsync(0, new short[100])),
                _ => Task.CompletedTask,
            });
            (WebSocketCloseStatus? status, string? reason) = await client.ClosedAsync();
            Assert.Equal(expected, status);
            Assert.True(reason?.Length > 10, reason);
        }

        // Its place is free again.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using LiveClient next = await LiveClient.OpenAsync(studio);
                break;
            }
            catch (WebSocketException) when (attempt < 40)
            {
                await Task.Delay(50);
            }
        }
    }

    [Fact]
    public async Task Streams_MoreThanTheLimit_Get429()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { LiveStreams = 1 });
        using LiveClient first = await LiveClient.OpenAsync(studio);
        Assert.Equal(HttpStatusCode.TooManyRequests, await Refused(studio, "codec=audiocodec_24khz&kbps=6"));
    }

    [Theory]
    [InlineData("codec=audiocodec_24khz&kbps=7", HttpStatusCode.BadRequest)]
    [InlineData("codec=..%2Fx&kbps=6", HttpStatusCode.BadRequest)]
    [InlineData("codec=audiocodec_24khz", HttpStatusCode.BadRequest)]
    public async Task Stream_OfWhatThereIsNot_IsRefused(string query, HttpStatusCode expected)
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        Assert.Equal(expected, await Refused(studio, query));
    }

    [Fact]
    public async Task PlainRequest_Is426()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using HttpResponseMessage answer = await studio.Client.GetAsync("api/live?codec=audiocodec_24khz&kbps=6");
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Stream_OfAnotherSiteOrWithoutTheKey_IsRefused()
    {
        const string Key = "a key of more than sixteen characters";
        await using RunningStudio studio = await RunningStudio.StartAsync(key: Key);
        const string Query = "codec=audiocodec_24khz&kbps=6";
        string named = "key." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(studio, Query));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(studio, Query, options => options.AddSubProtocol(named[..^1])));
        Assert.Equal(HttpStatusCode.Forbidden, await Refused(studio, Query, options => { options.AddSubProtocol(named); options.SetRequestHeader("Origin", "https://elsewhere.example"); }));
        Assert.Equal(HttpStatusCode.Forbidden, await Refused(studio, Query, options => { options.AddSubProtocol(named); options.SetRequestHeader("Host", "rebound.example"); }));
        using LiveClient client = await LiveClient.OpenAsync(studio, Query, options =>
        {
            options.AddSubProtocol("audiocodec-live-1");
            options.AddSubProtocol(named);
        });
        Assert.Equal("audiocodec-live-1", client.Socket.SubProtocol);
    }

    [Fact]
    public async Task Server_ThatStops_EndsItsStreamsAtOnce()
    {
        RunningStudio studio = await RunningStudio.StartAsync();
        using LiveClient client = await LiveClient.OpenAsync(studio);
        long start = Environment.TickCount64;
        Task stopped = studio.DisposeAsync().AsTask();
        (WebSocketCloseStatus? status, _) = await client.ClosedAsync();
        await stopped;
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, status);
        Assert.InRange(Environment.TickCount64 - start, 0, 10_000);
    }

    private static async Task<HttpStatusCode> Refused(RunningStudio studio, string query, Action<ClientWebSocketOptions>? set = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        set?.Invoke(socket.Options);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"{studio.Address.Replace("http", "ws", StringComparison.Ordinal)}api/live?{query}"), CancellationToken.None));
        return socket.HttpStatusCode;
    }

    private static short[] Spoken(int length)
    {
        using AudioSource source = AudioFile.OpenStream(new MemoryStream(RunningStudio.Recording((length + 1.0) / 24000)));
        return [.. AudioFile.ReadAll(source, "").Samples.Take(length).Select(value => (short)(value * 32767))];
    }
}
