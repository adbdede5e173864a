using System.Net;
using System.Net.Http.Headers;

namespace AudioCodec.Models;

/// <summary>Downloads one file into a <c>.part</c> file, and resumes an earlier attempt.</summary>
/// <remarks>
/// A part is resumed only where the server confirms (<c>If-Range</c>) that the file has not changed; its validator is kept
/// beside the part. Redirects are followed here, so that none leads from HTTPS to plain HTTP except on this machine.
/// Source: RFC 9110, sections 13.1.5, 14.2, 15.4.
/// </remarks>
internal sealed class Download(HttpClient client, ModelFile file, string partPath, long maxBytes, IProgress<PullProgress>? progress)
{
    private const int MaxRedirects = 10;
    private const int BufferBytes = 1 << 17;
    private static readonly TimeSpan s_stallLimit = TimeSpan.FromSeconds(60);

    private string ValidatorPath => partPath + ".etag";

    /// <summary>Makes one attempt. After it the part is the whole file; if it throws, the received bytes stay for the next attempt.</summary>
    /// <exception cref="CheckpointException">The server refuses, or sends something that cannot be this file.</exception>
    /// <exception cref="IOException">The connection broke or the disk failed.</exception>
    /// <exception cref="HttpRequestException">There is no connection, or the server is temporarily unavailable.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        long start = File.Exists(partPath) ? new FileInfo(partPath).Length : 0;
        string? validator = start > 0 && File.Exists(ValidatorPath) ? await File.ReadAllTextAsync(ValidatorPath, cancellation).ConfigureAwait(false) : null;
        if (validator is null)
        {
            start = 0;
        }

        using HttpResponseMessage response = await SendAsync(start, validator, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // The part is as long as the file: its hash tells whether it is right. A longer one is downloaded again.
            if (response.Content.Headers.ContentRange?.Length == start)
            {
                return;
            }

            DiscardPart();
            throw new IOException("The part that was received before does not fit the file; starting over.");
        }

        CheckStatus(response);
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != start)
        {
            throw Fault($"the server sent bytes from {response.Content.Headers.ContentRange?.From} on when asked for {start}");
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            start = 0;
        }

        long? length = response.Content.Headers.ContentLength;
        if (length > maxBytes - start)
        {
            throw Fault($"the server wants to send {start + length} bytes; this file has at most {maxBytes}");
        }

        await RememberValidatorAsync(response, cancellation).ConfigureAwait(false);
        await ReceiveAsync(response, start, start + length, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes the received bytes.</summary>
    public void DiscardPart()
    {
        File.Delete(partPath);
        File.Delete(ValidatorPath);
    }

    /// <summary>Renames the complete part to the file.</summary>
    public void Finish(string path)
    {
        File.Move(partPath, path, overwrite: true);
        File.Delete(ValidatorPath);
    }

    private static bool IsAllowed(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private async Task<HttpResponseMessage> SendAsync(long start, string? validator, CancellationToken cancellation)
    {
        Uri address = file.Address;
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            if (!IsAllowed(address))
            {
                throw Fault($"its address is {address.Scheme}://{address.Host}, which is not HTTPS");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (validator is not null && start > 0)
            {
                request.Headers.Range = new RangeHeaderValue(start, null);
                request.Headers.TryAddWithoutValidation("If-Range", validator);
            }

            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            Uri? next = response.Headers.Location;
            response.Dispose();
            address = next is null ? throw Fault("the server redirects to nowhere") : new Uri(address, next);
        }

        throw Fault($"the server redirects more than {MaxRedirects} times");
    }

    private void CheckStatus(HttpResponseMessage response)
    {
        int status = (int)response.StatusCode;
        if (status is 200 or 206)
        {
            return;
        }

        if (status is 408 or 429 or >= 500)
        {
            throw new HttpRequestException($"the server answers {status} {response.ReasonPhrase}", null, response.StatusCode);
        }

        throw Fault($"the server answers {status} {Messages.Quote(response.ReasonPhrase ?? "")}");
    }

    /// <summary>Only a strong entity tag or a date proves that a later response continues this one.</summary>
    private async Task RememberValidatorAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        string? validator = response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("r");
        if (validator is null)
        {
            File.Delete(ValidatorPath);
        }
        else
        {
            await File.WriteAllTextAsync(ValidatorPath, validator, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(HttpResponseMessage response, long start, long? total, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var part = new FileStream(partPath, start > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
        var buffer = new byte[BufferBytes];
        for (long received = start; ;)
        {
            progress?.Report(new PullProgress(file.Name, received, total));
            stall.CancelAfter(s_stallLimit);
            int count = await ReadAsync(body, buffer, stall.Token, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                if (total is not null && received != total)
                {
                    throw new IOException($"the connection ended after {received} of {total} bytes");
                }

                return;
            }

            received += count;
            if (received > maxBytes)
            {
                throw Fault($"the server sends more than the {maxBytes} bytes this file can have");
            }

            // Without the token, so that a received chunk is kept when the user cancels.
            await part.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken stall, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, stall).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing arrived for {s_stallLimit.TotalSeconds} seconds", e);
        }
    }

    private CheckpointException Fault(string what) => new($"{file.Address}: cannot be downloaded: {what}.", partPath);
}
