using System.Net;
using System.Text.Json;
using AudioCodec.Audio;
using AudioCodec.Evaluation;
using AudioCodec.Studio.Limits;
using AudioCodec.TestSupport;

namespace AudioCodec.Studio.Tests;

/// <summary>The addresses of a studio, as a program uses them.</summary>
public sealed class HttpTests
{
    private const string Key = "a key of more than sixteen characters";

    [Fact]
    public async Task Compress_Audio_GivesAFileThatTheLibraryDecodes()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using HttpResponseMessage response = await studio.Client.PostAsync("api/compress?kbps=6", new ByteArrayContent(RunningStudio.Recording()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using Codec codec = await Codec.LoadAsync();
        await using EcdcFile file = await codec.OpenAsync(new MemoryStream(await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal(24000, file.Info.LengthSamples);
    }

    [Fact]
    public async Task Clip_MadeMeasuredAndForgotten_LeavesNoFiles()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        JsonElement clip = await Json(await studio.Client.PostAsync("api/clips?name=tones", new ByteArrayContent(RunningStudio.Recording())));
        string id = clip.GetProperty("id").GetString() ?? "";
        JsonElement version = await Json(await studio.Client.PostAsync($"api/clips/{id}/versions?codec=audiocodec_24khz&kbps=6", null));
        Assert.InRange(version.GetProperty("kbps").GetDouble(), 1, 10);
        Assert.InRange(version.GetProperty("siSdrDb").GetDouble(), -5, 60);
        byte[] decoded = await studio.Client.GetByteArrayAsync($"api/clips/{id}/versions/audiocodec_24khz@6.wav");
        using AudioSource audio = AudioFile.OpenStream(new MemoryStream(decoded));
        Assert.Equal((24000, 1, 24000L), (audio.SampleRateHz, audio.Channels, audio.LengthSamples));
        Assert.Equal("ECDC"u8.ToArray(), (await studio.Client.GetByteArrayAsync($"api/clips/{id}/versions/audiocodec_24khz@6.ecdc"))[..4]);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.DeleteAsync($"api/clips/{id}")).StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.Folder));
        await IsProblem(await studio.Client.GetAsync($"api/clips/{id}.wav"), HttpStatusCode.NotFound);
    }

    /// <summary>Its samples are compressed, so that ffmpeg reads it: the one with limits, which here leave it no memory to start.</summary>
    [Theory]
    [InlineData(2L << 30, HttpStatusCode.OK)]
    [InlineData(1L << 20, HttpStatusCode.UnprocessableEntity)]
    public async Task CompressedWav_Uploaded_IsReadWithinTheDecodersLimits(long decoderBytes, HttpStatusCode expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prlimit") && FfmpegCodec.Find(out _) is not null, "There is no ffmpeg or no prlimit on this machine.");
        byte[] samples = [.. Enumerable.Range(0, 8000).Select(t => (byte)(t % 2 == 0 ? 0xAA : 0x2A))];
        using var wav = new MemoryStream();
        await using (var writer = new BinaryWriter(wav, System.Text.Encoding.ASCII, leaveOpen: true))
        {
            writer.Write("RIFF"u8);
            writer.Write(36 + samples.Length);
            writer.Write("WAVEfmt "u8);
            writer.Write(16);
            writer.Write((short)6); // A-law, one channel.
            writer.Write((short)1);
            writer.Write(8000);
            writer.Write(8000);
            writer.Write((short)1);
            writer.Write((short)8);
            writer.Write("data"u8);
            writer.Write(samples.Length);
            writer.Write(samples);
        }

        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { DecoderBytes = decoderBytes });
        using HttpResponseMessage response = await studio.Client.PostAsync("api/clips", new ByteArrayContent(wav.ToArray()));
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            JsonElement clip = await Json(response);
            Assert.Equal((1.0, 8000), (clip.GetProperty("seconds").GetDouble(), clip.GetProperty("sampleRateHz").GetInt32()));
        }
    }

    /// <summary>Decoded by the library: the limits leave an ffmpeg no memory to start.</summary>
    [Theory]
    [InlineData("tone.opus", 48000)]
    [InlineData("tone.ogg", 24000)]
    [InlineData("tone.mp3", 24000)]
    public async Task CompressedAudio_Uploaded_NeedsNoFfmpeg(string name, int sampleRateHz)
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { DecoderBytes = 1 << 20 });
        byte[] file = await File.ReadAllBytesAsync(Fixtures.Path("audio/" + name), TestContext.Current.CancellationToken);

        JsonElement clip = await Json(await studio.Client.PostAsync("api/clips", new ByteArrayContent(file)));

        Assert.Equal((0.3, sampleRateHz), (clip.GetProperty("seconds").GetDouble(), clip.GetProperty("sampleRateHz").GetInt32()));
    }

    [Fact]
    public async Task DamagedEcdc_Opened_NamesItsTagsAndItsDamage()
    {
        await using Codec codec = await Codec.LoadAsync();
        var file = new MemoryStream();
        await codec.CompressAsync(new MemoryStream(RunningStudio.Recording(5)), file, new CompressionOptions { Tags = new Dictionary<string, string> { ["title"] = "tones" } });
        byte[] bytes = file.ToArray();
        await using (EcdcFile sound = codec.Open(new MemoryStream(bytes)))
        {
            bytes[sound.Info.Chunks[1].Offset + (sound.Info.Chunks[1].RecordBytes / 2)] ^= 0x55;
        }

        await using RunningStudio studio = await RunningStudio.StartAsync();
        JsonElement clip = await Json(await studio.Client.PostAsync("api/clips", new ByteArrayContent(bytes)));
        JsonElement facts = clip.GetProperty("ecdc");
        Assert.Equal(5, clip.GetProperty("seconds").GetDouble(), 3);
        Assert.Equal("tones", facts.GetProperty("tags").GetProperty("title").GetString());
        Assert.Equal(3, facts.GetProperty("chunkFrames").GetArrayLength());
        Assert.StartsWith("chunk 1, from 2.00 s", facts.GetProperty("damage").EnumerateArray().Single().GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_SameSeed_SendsThePiecesOfTheSameSound()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { Duration = TimeSpan.FromSeconds(10) });
        const string Asked = """{"prompt":"rain","seconds":0.5,"seed":3}""";
        string[] first = (await Generate(studio, Asked)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(24000, first.Sum(line => Convert.FromBase64String(JsonDocument.Parse(line).RootElement.GetProperty("audio").GetString() ?? "").Length), 640.0);
        Assert.Equal(1, JsonDocument.Parse(first[^1]).RootElement.GetProperty("done").GetDouble());
        Assert.Equal(first, (await Generate(studio, Asked)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using var tooLong = new StringContent("""{"prompt":"rain","seconds":11}""", null, "application/json");
        await IsProblem(await studio.Client.PostAsync("api/generate", tooLong), HttpStatusCode.RequestEntityTooLarge);
        using var wrong = new StringContent("""{"prompt":"rain","seconds":1,"temperature":-1}""", null, "application/json");
        await IsProblem(await studio.Client.PostAsync("api/generate", wrong), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Folder_OfAServerThatStopped_IsGone()
    {
        string folder;
        await using (RunningStudio studio = await RunningStudio.StartAsync())
        {
            await studio.Client.PostAsync("api/clips", new ByteArrayContent(RunningStudio.Recording()));
            folder = studio.Folder;
            Assert.NotEmpty(Directory.EnumerateFileSystemEntries(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Upload_LargerOrLongerThanTheLimits_Is413()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { UploadBytes = 60_000, Duration = TimeSpan.FromSeconds(1) });
        await IsProblem(await studio.Client.PostAsync("api/clips", new ByteArrayContent(RunningStudio.Recording(1.5))), HttpStatusCode.RequestEntityTooLarge);
        await IsProblem(await studio.Client.PostAsync("api/compress", new ByteArrayContent(RunningStudio.Recording(1.1))), HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.Folder));
    }

    [Fact]
    public async Task Clients_MoreThanTheQueueHolds_Get429AndTheOthersAreServed()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { ConcurrentJobs = 1, QueueLength = 1 });
        byte[] recording = RunningStudio.Recording(2);
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => studio.Client.PostAsync("api/compress", new ByteArrayContent(recording))));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        HttpResponseMessage refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        await IsProblem(refused, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Job_LongerThanItsTime_Is503()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { JobTime = TimeSpan.FromMilliseconds(1) });
        await IsProblem(await studio.Client.PostAsync("api/compress", new ByteArrayContent(RunningStudio.Recording(20))), HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("api/compress?codec=..%2F..%2Fetc")]
    [InlineData("api/compress?kbps=7")]
    [InlineData("api/compress?kbps=many")]
    public async Task Compress_WithWhatThereIsNot_Is400(string path)
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        await IsProblem(await studio.Client.PostAsync(path, new ByteArrayContent(RunningStudio.Recording(0.1))), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Api_WithAKey_WantsIt()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(key: Key);
        await IsProblem(await studio.Client.GetAsync("api/models"), HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("health")).StatusCode);
        studio.Client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("api/models")).StatusCode);
    }

    [Fact]
    public void Server_BeyondThisMachine_DemandsALongKey()
    {
        Assert.Throws<ArgumentException>(() => StudioServer.Create(IPAddress.Any, 0));
        Assert.Throws<ArgumentException>(() => StudioServer.Create(IPAddress.Any, 0, new StudioOptions { ApiKey = "short" }));
    }

    [Theory]
    [InlineData("Host", "rebound.example")]
    [InlineData("Origin", "https://elsewhere.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Request_FromAnotherSite_Is403(string header, string value)
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "api/models");
        request.Headers.Add(header, value);
        await IsProblem(await studio.Client.SendAsync(request), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Page_HasItsHeadersAndALimitOfSize()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        long bytes = 0;
        foreach (string path in (string[])["", "app/studio.css", "app/main.js", "app/api.js", "app/player.js", "app/pictures.js", "app/stats.js", "app/blind.js", "app/generate.js", "app/live.js", "app/live-worklet.js"])
        {
            using HttpResponseMessage answer = await studio.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            bytes += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(bytes, 10_000, 200_000);
    }

    [Fact]
    public async Task OpenApi_DescribesTheAddressesAndTheirRefusals()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        JsonElement document = await Json(await studio.Client.GetAsync("openapi/v1.json"));
        JsonElement answers = document.GetProperty("paths").GetProperty("/api/compress").GetProperty("post").GetProperty("responses");
        Assert.All((string[])["200", "413", "429", "503"], status => Assert.True(answers.TryGetProperty(status, out _), status));
    }

    private static async Task<string> Generate(RunningStudio studio, string asked)
    {
        using var content = new StringContent(asked, null, "application/json");
        using HttpResponseMessage answer = await studio.Client.PostAsync("api/generate", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task IsProblem(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()?.Length > 10);
    }
}
