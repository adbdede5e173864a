using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AudioCodec.Tests.Models;

/// <summary>What a client asked a <see cref="LoopbackServer"/> for.</summary>
internal sealed record LoopbackRequest(string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>A web server on this machine that serves one request per connection in the way a test wants.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<LoopbackRequest, Stream, Task> _respond;

    public LoopbackServer(Func<LoopbackRequest, Stream, Task> respond)
    {
        _respond = respond;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<LoopbackRequest> Requests { get; } = new();

    public Uri Address(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    /// <summary>Serves bytes as a well-behaved server does: ranges where the validator matches.</summary>
    public static async Task ServeAsync(LoopbackRequest request, Stream stream, byte[] content, string etag = "\"v1\"", bool ranges = true, int? cutAfter = null)
    {
        int from = 0;
        if (ranges && request.Headers.TryGetValue("range", out string? range) && request.Headers.GetValueOrDefault("if-range") == etag)
        {
            from = int.Parse(range["bytes=".Length..^1]);
        }

        if (from >= content.Length)
        {
            await WriteHeadAsync(stream, "416 Range Not Satisfiable", 0, $"Content-Range: bytes */{content.Length}");
            return;
        }

        string[] headers = from > 0 ? [$"ETag: {etag}", $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}"] : [$"ETag: {etag}"];
        await WriteHeadAsync(stream, from > 0 ? "206 Partial Content" : "200 OK", content.Length - from, headers);
        await stream.WriteAsync(content.AsMemory(from, Math.Min(content.Length - from, cutAfter ?? int.MaxValue)));
    }

    public static async Task WriteHeadAsync(Stream stream, string status, long length, params string[] headers)
    {
        string head = string.Concat(new[] { $"HTTP/1.1 {status}", $"Content-Length: {length}", "Connection: close" }.Concat(headers).Select(l => l + "\r\n")) + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = HandleAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was disposed: the test is over.
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                string path = (await reader.ReadLineAsync() ?? "GET / HTTP/1.1").Split(' ')[1].TrimStart('/');
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    int colon = line.IndexOf(':', StringComparison.Ordinal);
                    headers[line[..colon]] = line[(colon + 1)..].Trim();
                }

                var request = new LoopbackRequest(path, headers);
                Requests.Enqueue(request);
                await _respond(request, stream);
            }
            catch (IOException)
            {
                // The client went away, which some tests want.
            }
        }
    }
}
