using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Tests;

/// <summary>Bytes from outside that were never meant for the server. <c>AUDIOCODEC_FUZZ</c> sets how many of each kind; a few by default.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("AUDIOCODEC_FUZZ"), CultureInfo.InvariantCulture, out int count) ? count : 40;

    [Fact]
    public async Task Uploads_OfAnyBytes_AreAnsweredWithoutAFault()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { Duration = TimeSpan.FromSeconds(2) });
        await using Codec codec = await Codec.LoadAsync();
        byte[] wav = RunningStudio.Recording(0.05);
        using var coded = new MemoryStream();
        await codec.CompressAsync(new MemoryStream(wav), coded, cancellationToken: TestContext.Current.CancellationToken);
        byte[][] seeds = [wav, coded.ToArray(), [.. "fLaC\0\0\0\"\x10\0\x10\0"u8, .. wav], [.. "OggS\0\x02"u8, .. wav], [.. "ID3\x04\0\0"u8, .. wav], [.. "\0\0\0\x20ftypM4A "u8, .. wav], []];
        var random = new Random(17);
        var statuses = new Dictionary<HttpStatusCode, int>();
        long slowest = 0;
        for (int i = 0; i < s_count; i++)
        {
            byte[] bytes = Damaged(random, seeds[i % seeds.Length]);
            long start = Environment.TickCount64;
            using HttpResponseMessage answer = await studio.Client.PostAsync(i % 2 == 0 ? "api/clips" : "api/compress", new ByteArrayContent(bytes));
            slowest = Math.Max(slowest, Environment.TickCount64 - start);
            statuses[answer.StatusCode] = statuses.GetValueOrDefault(answer.StatusCode) + 1;
            Assert.True((int)answer.StatusCode is 200 or 413 or 422, $"upload {i}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        output.WriteLine($"{s_count} uploads: {string.Join(", ", statuses)}; the slowest {slowest} ms; {Facts()}");
        Assert.Empty(studio.Log.Messages);
    }

    /// <summary>Messages by chance on sockets that a client opened properly, and frames by chance below that.</summary>
    [Fact]
    public async Task SocketMessages_OfAnyBytes_AreAnsweredOrClosedWithoutAFault()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { LiveStreams = 8, LiveIdle = TimeSpan.FromSeconds(5) });
        var random = new Random(18);
        var closed = new Dictionary<string, int>();
        long slowest = 0;
        for (int sent = 0; sent < s_count;)
        {
            long start = Environment.TickCount64;
            string end;
            if (random.Next(4) == 0)
            {
                sent++;
                end = await RawFrames(studio, random);
            }
            else
            {
                using LiveClient client = await LiveClient.OpenAsync(studio);
                for (int message = random.Next(1, 12); message > 0 && client.Socket.State == WebSocketState.Open; message--, sent++)
                {
                    await SendAny(client, random);
                }

                end = await Ended(client);
            }

            slowest = Math.Max(slowest, Environment.TickCount64 - start);
            closed[end] = closed.GetValueOrDefault(end) + 1;
        }

        output.WriteLine($"{s_count} messages: {string.Join(", ", closed)}; the slowest stream {slowest} ms; {Facts()}");
        using LiveClient last = await LiveClient.OpenAsync(studio);
        await last.SendAsync(0, new short[4000]);
        Assert.Equal(0, (await last.ReceiveAsync()).State);
        Assert.Empty(studio.Log.Messages);
    }

    private static string Facts()
    {
        using var process = Process.GetCurrentProcess();
        return FormattableString.Invariant($"{process.WorkingSet64 >> 20} MB, {process.HandleCount} handles");
    }

    private static byte[] Damaged(Random random, byte[] seed)
    {
        byte[] bytes = [.. seed];
        if (bytes.Length == 0)
        {
            bytes = new byte[random.Next(3000)];
            random.NextBytes(bytes);
        }

        for (int change = random.Next(5); change > 0 && bytes.Length > 0; change--)
        {
            int start = random.Next(random.Next(2) == 0 ? Math.Min(60, bytes.Length) : bytes.Length);
            random.NextBytes(bytes.AsSpan(start, Math.Min(bytes.Length - start, 1 + random.Next(6))));
        }

        return bytes[..(bytes.Length - (random.Next(2) == 0 ? 0 : random.Next(bytes.Length + 1)))];
    }

    private static async Task SendAny(LiveClient client, Random random)
    {
        string[] numbers = ["0", "0.5", "-1", "2", "1e309", "null", "\"0\"", "[]", "1000"];
        string Number() => numbers[random.Next(numbers.Length)];
        var bytes = new byte[random.Next(3) == 0 ? random.Next(70_000) : random.Next(40) * 2];
        random.NextBytes(bytes);
        try
        {
            switch (random.Next(6))
            {
                case 0:
                    await client.SayAsync($$"""{"loss":{{Number()}},"jitterMs":{{Number()}},"bufferMs":{{Number()}}}""");
                    break;
                case 1:
                    await client.SayAsync(Convert.ToBase64String(bytes)[..Math.Min(200, bytes.Length)]);
                    break;
                case 2:
                    await client.Socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
                    await client.SendAsync(bytes);
                    break;
                default:
                    var samples = new short[random.Next(2000)];
                    random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()));
                    await client.SendAsync(random.Next(5) == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64()) : random.NextDouble() * 1e9, samples);
                    break;
            }
        }
        catch (WebSocketException)
        {
            // Closed meanwhile.
        }
    }

    /// <summary>How a stream ends, which it does in any case. One that still sends when it is closed may find the connection reset.</summary>
    private static async Task<string> Ended(LiveClient client)
    {
        try
        {
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            return $"{(await client.ClosedAsync()).Status}";
        }
        catch (WebSocketException)
        {
            return "reset";
        }
    }

    /// <summary>Opens a WebSocket by hand, sends bytes by chance as its frames, and reads until the server closes.</summary>
    private static async Task<string> RawFrames(RunningStudio studio, Random random)
    {
        var address = new Uri(studio.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /api/live?codec=audiocodec_24khz&kbps=6 HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
        {
            bytes[0] = (byte)(0x80 | random.Next(16)); // A last fragment of some kind.
        }

        await stream.WriteAsync(bytes);
        client.Client.Shutdown(SocketShutdown.Send);
        var answer = new byte[4096];
        int first = 0;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            first = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, patience.Token);
            while (await stream.ReadAsync(answer.AsMemory(12), patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed hard, which is an answer too.
        }

        Assert.True(first == 0 || Encoding.ASCII.GetString(answer, 9, 3) == "101", Encoding.ASCII.GetString(answer, 0, first));
        return "frames by hand";
    }
}
