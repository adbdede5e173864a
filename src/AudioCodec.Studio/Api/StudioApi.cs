using AudioCodec.Audio;
using AudioCodec.Studio.Clips;
using AudioCodec.Studio.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AudioCodec.Studio.Api;

/// <summary>The addresses below <c>api/</c>.</summary>
internal sealed class StudioApi(CodecProvider codecs, StudioModels models, StudioLimits limits, JobGate gate, ClipFolder folder, ClipStore clips, VersionMaker versions, GenerateApi generate)
{
    /// <summary>Adds the addresses.</summary>
    public void Map(RouteGroupBuilder api)
    {
        api.MapGet("/models", () => new
        {
            models.DefaultCodec,
            Codecs = models.Codecs.Values.Select(info => new { info.Name, info.SampleRateHz, info.Channels, Rates = info.BandwidthsKbps, DefaultRate = info.DefaultBandwidthKbps, info.HopSamples, Live = StudioModels.CanBeLive(info) }),
            Others = models.Externals.Select(codec => new { codec.Name, Rates = codec.RatesKbps }),
            Generator = generate.Name,
            MaxUploadBytes = limits.UploadBytes,
            MaxSeconds = limits.Duration.TotalSeconds,
        }).WithSummary("The codecs of this machine, and the server's limits.");
        Limited(api.MapPost("/compress", CompressAsync)).Produces<byte[]>(200, "application/octet-stream").WithSummary("Audio of any format in the body to an .ecdc file.");
        Limited(api.MapPost("/clips", AddAsync)).WithSummary("Keeps a recording, whose versions can then be made.");
        api.MapGet("/clips/{id}.wav", (string id) => Results.File(clips.Get(id).Wav, "audio/wav")).WithSummary("The original as WAV.");
        api.MapDelete("/clips/{id}", (string id) => clips.Remove(id)).WithSummary("Forgets a recording.");
        Limited(api.MapPost("/clips/{id}/versions", (string id, string codec, double kbps, CancellationToken cancellation) =>
        {
            Clip clip = clips.Get(id);
            return gate.RunAsync("version", token => Task.FromResult(versions.Make(clip, codec, kbps, token)), cancellation);
        })).WithSummary("Codes the recording and measures the result.");
        api.MapGet("/clips/{id}/versions/{key}.wav", (string id, string key) => FileOf(id, key, ".wav")).WithSummary("A version, decoded.");
        api.MapGet("/clips/{id}/versions/{key}.ecdc", (string id, string key) => FileOf(id, key, ".ecdc")).WithSummary("A version's .ecdc file.");
    }

    private static RouteHandlerBuilder Limited(RouteHandlerBuilder endpoint) =>
        endpoint.ProducesProblem(400).ProducesProblem(413).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    private async Task<IResult> CompressAsync(HttpRequest request, string? codec, double? kbps)
    {
        CodecInfo info = models.Codecs.GetValueOrDefault(codec ?? models.DefaultCodec ?? "") ?? throw new Refusal(400, "There is no such codec here; api/models lists them.");
        models.Require(info.Name, kbps ?? info.DefaultBandwidthKbps);
        using Upload upload = await Upload.ReadAsync(request, folder, limits).ConfigureAwait(false);
        string wav = folder.NewFile();
        try
        {
            byte[] file = await gate.RunAsync("compress", async token =>
            {
                await HostileAudio.DecodeAsync(upload.FilePath, wav, limits, token).ConfigureAwait(false);
                using AudioSource source = AudioFile.OpenStream(File.OpenRead(wav), "the upload");
                var output = new MemoryStream();
                codecs.Get(info.Name).Compress(source, output, new CompressionOptions { BandwidthKbps = kbps }, cancellationToken: token);
                return output.ToArray();
            }, request.HttpContext.RequestAborted).ConfigureAwait(false);
            return Results.File(file, "application/octet-stream", "compressed.ecdc");
        }
        finally
        {
            File.Delete(wav);
        }
    }

    private async Task<object> AddAsync(HttpRequest request, string? name)
    {
        using Upload upload = await Upload.ReadAsync(request, folder, limits).ConfigureAwait(false);
        string place = clips.NewFolder();
        string wav = Path.Combine(place, "original.wav");
        try
        {
            if (EcdcUpload.Recognizes(upload.FilePath))
            {
                (EcdcUpload facts, EcdcInfo info) = await gate.RunAsync("upload", token => Task.FromResult(EcdcUpload.Decode(codecs, upload.FilePath, wav, limits, token)), request.HttpContext.RequestAborted).ConfigureAwait(false);
                Clip coded = Kept(info.Duration.TotalSeconds, info.SampleRateHz, info.Channels);
                return new { coded.Id, coded.Name, coded.Seconds, coded.SampleRateHz, coded.Channels, coded.Bytes, Ecdc = facts };
            }

            (long length, int rate, int channels) = await gate.RunAsync("upload", token => HostileAudio.DecodeAsync(upload.FilePath, wav, limits, token), request.HttpContext.RequestAborted).ConfigureAwait(false);
            Clip clip = Kept((double)length / rate, rate, channels);
            return new { clip.Id, clip.Name, clip.Seconds, clip.SampleRateHz, clip.Channels, clip.Bytes };
        }
        catch
        {
            Directory.Delete(place, recursive: true);
            throw;
        }

        Clip Kept(double seconds, int sampleRateHz, int channels)
        {
            var clip = new Clip(Path.GetFileName(place), name ?? "recording", place, seconds, sampleRateHz, channels, upload.Bytes);
            clips.Add(clip);
            return clip;
        }
    }

    private IResult FileOf(string id, string key, string extension)
    {
        (Clip clip, ClipVersion version) = clips.Get(id, key);
        return extension == ".wav" ? Results.File(clip.PathOf(version, extension), "audio/wav")
            : version.HasEcdc ? Results.File(clip.PathOf(version, extension), "application/octet-stream", version.FileName + extension)
            : throw new Refusal(404, "This version has no .ecdc file.");
    }
}
