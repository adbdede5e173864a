using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Models;
using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AudioCodec.Studio.Api;

/// <summary>Sound from text, sent while it is made.</summary>
internal sealed class GenerateApi(StudioLimits limits, JobGate gate, ClipStore clips) : IDisposable
{
    private const int MostTakes = 4;
    private readonly Lazy<Generator> _generator = new(() => Generator.Load());

    /// <summary>Name of the generator, or <see langword="null"/> where none is on this machine.</summary>
    public string? Name { get; } = Find();

    /// <summary>Adds the address.</summary>
    public void Map(RouteGroupBuilder api) => api.MapPost("/generate", RunAsync)
        .WithSummary("Sound from a text, as lines of JSON while it is made: {take, rate, channels, audio: base64 of 16-bit samples, done: 0 to 1}.")
        .ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(429).ProducesProblem(503);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_generator.IsValueCreated)
        {
            _generator.Value.Dispose();
        }
    }

    private static string? Find()
    {
        using var store = new ModelStore();
        return store.TryFind(ModelStore.DefaultGeneratorName, out _) ? ModelStore.DefaultGeneratorName : null;
    }

    private async Task RunAsync(HttpContext context, GenerateRequest request)
    {
        if (Name is null)
        {
            throw new Refusal(404, "There is no generator on this machine.");
        }

        if (request.Seconds > limits.Duration.TotalSeconds || request.Takes is < 1 or > MostTakes)
        {
            throw new Refusal(413, $"At most {limits.Duration.TotalSeconds:0} seconds and {MostTakes} takes are made here.");
        }

        if (request.Seconds is double seconds && !(seconds > 0.05))
        {
            throw new Refusal(400, "The length is a number of seconds above 0.05.");
        }

        Clip? clip = request.Continue is string id ? clips.Get(id) : null;
        await gate.RunAsync("generate", async token =>
        {
            Generator generator = _generator.Value;
            var options = new GenerationOptions
            {
                Duration = request.Seconds is double length ? TimeSpan.FromSeconds(length) : null,
                Guidance = request.Guidance,
                Temperature = request.Temperature,
                TopK = request.TopK,
                Seed = request.Seed,
                Takes = request.Takes ?? 1,
                Continuation = clip is null ? null : AudioFile.ReadAll(clip.Wav),
            };
            await WriteAsync(context.Response, generator, generator.GenerateBatchAsync([request.Prompt], options, null, token), token).ConfigureAwait(false);
            return true;
        }, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpResponse response, Generator generator, IAsyncEnumerable<GeneratedBlock> blocks, CancellationToken cancellation)
    {
        response.ContentType = "application/x-ndjson";
        await foreach (GeneratedBlock block in blocks.ConfigureAwait(false))
        {
            var bytes = new byte[block.Audio.Samples.Length * PcmSamples.BytesPerSample(PcmEncoding.S16)];
            PcmSamples.Encode(PcmEncoding.S16, block.Audio.Samples.Span, bytes);
            double done = (double)(block.Audio.StartSample + block.Audio.LengthSamples) / Math.Max(1, block.LengthSamples);
            var line = new { take = block.Take, seed = block.Seed, rate = generator.Info.SampleRateHz, channels = generator.Info.Channels, audio = Convert.ToBase64String(bytes), done = block.IsLast ? 1 : Math.Min(1, done) };
            await response.WriteAsync(JsonSerializer.Serialize(line) + "\n", cancellation).ConfigureAwait(false);
            await response.Body.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }
}
