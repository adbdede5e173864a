using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AudioCodec.Studio.Security;

/// <summary>Stands before every endpoint: who may ask, which headers answers have, and what becomes of errors.</summary>
/// <remarks>A site that points its own name to this machine (DNS rebinding) cannot pass: names are refused that the server was not told of, addresses are nobody's name.</remarks>
internal sealed partial class RequestGuard(string? apiKey, IReadOnlyList<string> hosts, StudioMetrics metrics, ILogger<RequestGuard> logger)
{
    private const string KeyProtocol = "key.";
    private const string PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self' blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    private const string DocumentPolicy = "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    private readonly byte[]? _key = apiKey is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(apiKey));

    /// <summary>Runs an endpoint for those who may ask.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate endpoint, bool isApi, bool isDocument)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = isDocument ? DocumentPolicy : PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = isApi ? "no-store" : "no-cache";
        try
        {
            Check(context.Request, isApi);
            await endpoint(context).ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await RefuseAsync(context, context.Response.StatusCode, "The request is not one that this address takes; openapi/v1.json describes them.").ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception exception) when (!context.Response.HasStarted && StatusOf(exception) is int status)
        {
            headers.RetryAfter = (exception as Refusal)?.RetryAfterSeconds?.ToString();
            await RefuseAsync(context, status, exception.Message).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogFault(logger, context.Request.Method, context.Request.Path, exception);
            await RefuseAsync(context, 500, "A fault of this server; its log says more.").ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFault(ILogger logger, string method, string path, Exception exception);

    private void Check(HttpRequest request, bool isApi)
    {
        string host = request.Host.Host.Trim('[', ']');
        if (!IPAddress.TryParse(host, out _) && host != "localhost" && !hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            throw new Refusal(403, "This server does not go by that name.");
        }

        if ((request.Headers.Origin is [string origin] && origin != $"{request.Scheme}://{request.Host}") || (isApi && request.Headers["Sec-Fetch-Site"] == "cross-site"))
        {
            throw new Refusal(403, "Pages of other sites may not use this server.");
        }

        if (isApi && _key is not null)
        {
            byte[] hash = SHA256.HashData(KeyOf(request));
            if (!CryptographicOperations.FixedTimeEquals(hash, _key))
            {
                throw new Refusal(401, "The API key is missing or wrong; send it as 'Authorization: Bearer KEY'.");
            }
        }
    }

    /// <summary>The key that a request brings. A page's WebSocket cannot set headers: there it is a subprotocol, <c>key.</c> and the key in base64url.</summary>
    private static byte[] KeyOf(HttpRequest request)
    {
        string given = request.Headers.Authorization.ToString();
        if (given.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(given[7..]);
        }

        string? named = request.HttpContext.WebSockets.IsWebSocketRequest ? request.HttpContext.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(name => name.StartsWith(KeyProtocol, StringComparison.Ordinal)) : null;
        return named is not null && Base64Url.IsValid(named.AsSpan(KeyProtocol.Length)) ? Base64Url.DecodeFromChars(named.AsSpan(KeyProtocol.Length)) : [];
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        Refusal refusal => refusal.Status,
        BadHttpRequestException bad => bad.StatusCode,
        AudioFormatException or BitstreamException => 422,
        ArgumentException => 400,
        ModelNotFoundException => 422,
        _ => null,
    };

    private async Task RefuseAsync(HttpContext context, int status, string detail)
    {
        metrics.Refused.Add(1, new KeyValuePair<string, object?>("status", status));
        await Results.Problem(detail, statusCode: status).ExecuteAsync(context).ConfigureAwait(false);
    }
}
