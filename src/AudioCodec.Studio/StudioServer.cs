using System.Net;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace AudioCodec.Studio;

/// <summary>A web server of its own with a studio at its root. It reads no settings of the folder that it is started in.</summary>
public static class StudioServer
{
    private const int FewestKeyCharacters = 16;

    /// <summary>Builds the server; the caller starts it.</summary>
    /// <param name="address">Where it listens; other than loopback it demands <see cref="StudioOptions.ApiKey"/>.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="options">How it is served.</param>
    /// <exception cref="ArgumentException">There is no key where one is demanded, or it is shorter than 16 characters.</exception>
    public static WebApplication Create(IPAddress address, int port, StudioOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new StudioOptions();
        if (options.ApiKey is null ? !IPAddress.IsLoopback(address) : options.ApiKey.Length < FewestKeyCharacters)
        {
            throw new ArgumentException($"Who listens beyond this machine needs an API key of at least {FewestKeyCharacters} characters.");
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, port);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRoutingCore();
        builder.Services.AddAudioCodecStudio(options);
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(StudioMetrics.MeterName, "Microsoft.AspNetCore.Hosting").AddOtlpExporter());
        }

        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapAudioCodecStudio();
        return app;
    }
}
