using System.Net;
using AudioCodec.Audio;
using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AudioCodec.Studio.Tests;

/// <summary>A studio on a free port of this machine, and a client of it.</summary>
internal sealed class RunningStudio : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningStudio(WebApplication app)
    {
        _app = app;
        Address = app.Urls.First() + "/";
        Client = new HttpClient { BaseAddress = new Uri(Address) };
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public string Folder => _app.Services.GetRequiredService<ClipFolder>().Path;

    /// <summary>What the server logged, which is errors only.</summary>
    public ErrorLog Log { get; } = new();

    public static async Task<RunningStudio> StartAsync(StudioLimits? limits = null, string? key = null)
    {
        WebApplication app = StudioServer.Create(IPAddress.Loopback, 0, new StudioOptions { Limits = limits ?? new StudioLimits(), ApiKey = key });
        await app.StartAsync();
        return new RunningStudio(app);
    }

    /// <summary>A WAV file of two tones and a little noise.</summary>
    public static byte[] Recording(double seconds = 1)
    {
        var random = new Random(5);
        float[] samples = [.. Enumerable.Range(0, (int)(24000 * seconds)).Select(t => (float)((0.2 * Math.Sin(t * 0.06)) + (0.1 * Math.Sin(t * 0.31)) + (0.01 * random.NextDouble())))];
        return WavWriter.ToBytes(new AudioBuffer(samples, 1, 24000));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
