using System.Reflection;
using AudioCodec.Studio.Api;
using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using AudioCodec.Studio.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Scalar.AspNetCore;

namespace AudioCodec.Studio;

/// <summary>Adds a studio to an application: a page to listen to codecs, and the addresses that it uses.</summary>
public static class StudioEndpoints
{
    private static readonly Dictionary<string, string> s_types = new() { [".html"] = "text/html; charset=utf-8", [".js"] = "text/javascript", [".css"] = "text/css" };

    /// <summary>Adds what a studio needs. Its files lie in a temporary folder, which goes with the application.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">How it is served.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddAudioCodecStudio(this IServiceCollection services, StudioOptions? options = null)
    {
        options ??= new StudioOptions();
        services.AddAudioCodec();
        services.AddMetrics();
        services.AddProblemDetails();
        services.AddOpenApi();
        return services.AddSingleton(options.Limits).AddSingleton<StudioMetrics>().AddSingleton<JobGate>().AddSingleton<ClipFolder>().AddSingleton<ClipStore>()
            .AddSingleton<StudioModels>().AddSingleton<VersionMaker>().AddSingleton<StudioApi>().AddSingleton<GenerateApi>().AddSingleton<LiveApi>()
            .AddSingleton(provider => new RequestGuard(options.ApiKey, options.Hosts, provider.GetRequiredService<StudioMetrics>(), provider.GetRequiredService<ILogger<RequestGuard>>()));
    }

    /// <summary>Adds the page and its addresses below a prefix.</summary>
    /// <param name="endpoints">The application, whose services have <see cref="AddAudioCodecStudio"/>.</param>
    /// <param name="prefix">Where; empty for the root.</param>
    /// <returns>All of them together, for conventions.</returns>
    public static IEndpointConventionBuilder MapAudioCodecStudio(this IEndpointRouteBuilder endpoints, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        RequestGuard guard = endpoints.ServiceProvider.GetRequiredService<RequestGuard>();
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        Guarded(group, guard, isApi: false, isDocument: false);
        group.MapGet("/", (HttpContext context) => context.Request.Path.Value?.EndsWith('/') == true ? Page("index.html") : Results.Redirect(context.Request.Path + "/")).ExcludeFromDescription();
        group.MapGet("/app/{file}", Page).ExcludeFromDescription();
        group.MapGet("/health", () => Results.Ok(new { Status = "healthy" })).WithSummary("Whether the server answers.");
        RouteGroupBuilder api = endpoints.MapGroup(prefix + "/api");
        Guarded(api, guard, isApi: true, isDocument: false);
        endpoints.ServiceProvider.GetRequiredService<StudioApi>().Map(api);
        endpoints.ServiceProvider.GetRequiredService<GenerateApi>().Map(api);
        endpoints.ServiceProvider.GetRequiredService<LiveApi>().Map(api);
        RouteGroupBuilder documents = endpoints.MapGroup(prefix);
        Guarded(documents, guard, isApi: false, isDocument: true);
        documents.MapOpenApi();
        documents.MapScalarApiReference(options => options.WithTitle("AudioCodec Studio").DisableDefaultFonts());
        return group;
    }

    private static void Guarded(RouteGroupBuilder group, RequestGuard guard, bool isApi, bool isDocument) => ((IEndpointConventionBuilder)group).Finally(endpoint =>
    {
        RequestDelegate run = endpoint.RequestDelegate ?? throw new InvalidOperationException($"{endpoint.DisplayName} has nothing to run.");
        // The guard knows of WebSockets, whose keys come in another way.
        IApplicationBuilder pipeline = ((IEndpointRouteBuilder)group).CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(context => guard.InvokeAsync(context, run, isApi, isDocument));
        endpoint.RequestDelegate = pipeline.Build();
    });

    private static IResult Page(string file) =>
        s_types.TryGetValue(Path.GetExtension(file), out string? type) && Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + file) is Stream content
            ? Results.Stream(content, type)
            : throw new Refusal(404, "There is no such file.");
}
