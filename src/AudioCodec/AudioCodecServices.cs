using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace AudioCodec;

/// <summary>Adds codecs to an application's services.</summary>
public static class AudioCodecServices
{
    /// <summary>Adds one <see cref="CodecProvider"/> for the application, which logs to its logger, and its default <see cref="Codec"/>.</summary>
    /// <remarks>
    /// The codec is loaded when it is first resolved, and never downloaded: where <see cref="CodecOptions.DownloadMissingModels"/> is wanted, ask the provider
    /// (<see cref="CodecProvider.GetAsync"/>).
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options, such as <c>options => options.Model = "encodec_24khz"</c>.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddAudioCodec(this IServiceCollection services, Action<CodecOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider =>
        {
            var options = new CodecOptions { LoggerFactory = provider.GetService<ILoggerFactory>() };
            configure?.Invoke(options);
            return new CodecProvider(options);
        });
        services.TryAddSingleton(provider => provider.GetRequiredService<CodecProvider>().Get());
        return services;
    }
}
