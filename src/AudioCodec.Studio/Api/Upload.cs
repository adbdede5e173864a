using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AudioCodec.Studio.Api;

/// <summary>A request's body as a file in the server's folder, which is deleted with this.</summary>
internal sealed class Upload : IDisposable
{
    private Upload(string path) => FilePath = path;

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Its size.</summary>
    public long Bytes => new FileInfo(FilePath).Length;

    /// <summary>Reads a body.</summary>
    /// <exception cref="Refusal">It is larger than the limit (413).</exception>
    public static async Task<Upload> ReadAsync(HttpRequest request, ClipFolder folder, StudioLimits limits)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = limits.UploadBytes;
        }

        var upload = new Upload(folder.NewFile());
        try
        {
            await using FileStream file = File.Create(upload.FilePath);
            var block = new byte[1 << 16];
            for (int read = await request.Body.ReadAsync(block).ConfigureAwait(false); read > 0; read = await request.Body.ReadAsync(block).ConfigureAwait(false))
            {
                if (file.Length + read > limits.UploadBytes)
                {
                    throw new Refusal(413, $"The upload is larger than {limits.UploadBytes} bytes, the most that this server takes.");
                }

                await file.WriteAsync(block.AsMemory(0, read)).ConfigureAwait(false);
            }

            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(FilePath);
}
