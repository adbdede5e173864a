using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AudioCodec.Audio;
using AudioCodec.Metrics;

namespace AudioCodec.Samples.Tests;

/// <summary>The samples do what they are there to show, with the model that comes with the repository.</summary>
public sealed partial class SampleTests : IDisposable
{
    private const int LengthSamples = 48_123;
    private const int SampleRateHz = 24_000;

    private readonly TemporaryFolder _folder = new();
    private readonly AudioBuffer _voice = Voice();

    public SampleTests() => File.WriteAllBytes(_folder["voice.wav"], WavWriter.ToBytes(_voice));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FileToFile_Wav_IsCompressedAndDecompressed()
    {
        (int exitCode, string output, string errors) = await Sample.RunAsync("FileToFile", _folder.Root, "voice.wav");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("100 %", output, StringComparison.Ordinal);
        Assert.Contains("'voice' from 2.0 s of 2.0 s", output, StringComparison.Ordinal);
        using Codec codec = Codec.Load();
        using EcdcFile file = codec.Open(File.OpenRead(_folder["voice.ecdc"]));
        Assert.Equal("voice", file.Tags["title"]);
        Assert.Equal(LengthSamples, file.Info.LengthSamples);
        Assert.Equal(6, file.Info.BandwidthKbps);
        AssertIsTheDecodedVoice(AudioFile.ReadAll(_folder["voice.decompressed.wav"]), codec, 6);
    }

    [Fact]
    public async Task FileToFile_NoAudio_SaysSoInOneLine()
    {
        File.WriteAllText(_folder["notes.txt"], string.Empty);
        (int exitCode, _, string errors) = await Sample.RunAsync("FileToFile", _folder.Root, "notes.txt");
        Assert.Equal(1, exitCode);
        Assert.Contains("is empty", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>A causal codec keeps less than a frame back, but for the start, which it mirrors; and what comes out is the whole recording's audio.</summary>
    [Fact]
    public async Task LiveStream_Wav_ArrivesWithTheDelayOfAFewFrames()
    {
        (int exitCode, string output, string errors) = await Sample.RunAsync("LiveStream", _folder.Root, "voice.wav", "received.wav");
        Assert.True(exitCode == 0, errors);
        using Codec codec = Codec.Load();
        Assert.InRange(Figure(WaitingMilliseconds(), output), 0.1, 7 * 1000.0 * codec.Info.Config.HopSamples / SampleRateHz);
        Assert.InRange(Figure(SentKbps(), output), 6, 6.1);
        AudioBuffer received = AudioFile.ReadAll(_folder["received.wav"]);
        Assert.InRange(received.LengthSamples, LengthSamples, LengthSamples + codec.Info.Config.HopSamples - 1);
        AssertIsTheDecodedVoice(received.Slice(0, LengthSamples), codec, 6);
    }

    [Fact]
    public async Task WebEndpoint_PostedAudio_IsGivenBackInBothForms()
    {
        (Sample server, string address) = await Sample.StartAsync(
            "WebEndpoint", _folder.Root, "Now listening on:", "--urls", "http://127.0.0.1:0", "--Folder", _folder["kept"]);
        using (server)
        {
            using var client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(1) };
            using HttpResponseMessage created = await client.PostAsync("/recordings?kbps=3", new StreamContent(File.OpenRead(_folder["voice.wav"])));
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            JsonElement recording = await created.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((double)LengthSamples / SampleRateHz, recording.GetProperty("seconds").GetDouble(), 6);
            string location = created.Headers.Location!.OriginalString; // Created answers have one.

            using Codec codec = Codec.Load();
            using EcdcFile file = codec.Open(new MemoryStream(await client.GetByteArrayAsync($"{location}.ecdc")));
            Assert.Equal((LengthSamples, 3), (file.Info.LengthSamples, file.Info.BandwidthKbps));
            AudioBuffer decoded = Read(await client.GetByteArrayAsync(location));
            AssertIsTheDecodedVoice(decoded, codec, 3);
            AudioBuffer part = Read(await client.GetByteArrayAsync($"{location}?start=1.5"));
            Assert.Equal(LengthSamples - 36_000, part.LengthSamples);
            Assert.True(SiSdr.ComputeDb(decoded.Slice(36_000, part.LengthSamples), part) > 50);

            // Mistakes of the client are answered as such, and nothing of them is kept.
            foreach ((string path, byte[] body) in new[] { ("/recordings", Array.Empty<byte>()), ("/recordings?kbps=5", File.ReadAllBytes(_folder["voice.wav"])) })
            {
                using HttpResponseMessage refused = await client.PostAsync(path, new ByteArrayContent(body));
                Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
                JsonElement problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
                Assert.Contains(body.Length == 0 ? "no audio" : "offers 1.5, 3, 6", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }

            Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"{location}?start=9")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"/recordings/{Guid.NewGuid()}")).StatusCode);
            Assert.Single(Directory.GetFiles(_folder["kept"]));
        }
    }

    [Fact]
    public async Task NAudioPlayer_Wav_WritesTheSecondHalf()
    {
        (int exitCode, _, string errors) = await Sample.RunAsync("NAudioPlayer", _folder.Root, "voice.wav", "voice.ecdc", "half.wav");
        Assert.True(exitCode == 0, errors);
        using Codec codec = Codec.Load();
        AudioBuffer half = AudioFile.ReadAll(_folder["half.wav"]);
        AudioBuffer decoded = codec.Decode(codec.Encode(Heard()));
        Assert.InRange(half.LengthSamples, LengthSamples / 2, (LengthSamples / 2) + 1);
        AudioBuffer expected = decoded.Slice(LengthSamples - half.LengthSamples, half.LengthSamples);
        Assert.True(SiSdr.ComputeDb(expected, half) > 50);
        Assert.Equal(0.8 * expected.Samples.Max(), half.Samples.Max(), 3);
    }

    [Theory]
    [InlineData("FileToFile")]
    [InlineData("LiveStream")]
    [InlineData("NAudioPlayer")]
    public async Task Sample_WithoutArguments_SaysWhatItTakes(string name)
    {
        (int exitCode, _, string errors) = await Sample.RunAsync(name, _folder.Root);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"usage: {name} ", errors, StringComparison.Ordinal);
    }

    /// <summary>Samples are read as models of how the library is used: one short file each, on the page that lists them.</summary>
    [Fact]
    public void Samples_AreShortAndListed()
    {
        string samples = Path.Combine(Fixtures.RepositoryRoot, "samples");
        string page = File.ReadAllText(Path.Combine(samples, "README.md"));
        string[] names = [.. Directory.GetDirectories(samples).Select(path => Path.GetFileName(path))];
        Assert.Equal(4, names.Length);
        foreach (string name in names)
        {
            string program = Assert.Single(Directory.GetFiles(Path.Combine(samples, name), "*.cs"));
            Assert.InRange(File.ReadLines(program).Count(), 1, 60);
            Assert.Contains($"--project samples/{name} ", page, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("at most ([0-9.]+) ms of sound")]
    private static partial Regex WaitingMilliseconds();

    [GeneratedRegex("at ([0-9.]+) kbit/s")]
    private static partial Regex SentKbps();

    private static double Figure(Regex pattern, string output) => double.Parse(pattern.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    private static AudioBuffer Read(byte[] wav) => AudioFile.ReadAll(AudioFile.OpenStream(new MemoryStream(wav)));

    /// <summary>A sung vowel: harmonics with vibrato that swell and fade.</summary>
    private static AudioBuffer Voice()
    {
        var samples = new float[LengthSamples];
        double phase = 0;
        for (int t = 0; t < LengthSamples; t++)
        {
            double seconds = (double)t / SampleRateHz;
            phase += 2 * Math.PI * (180 + (6 * Math.Sin(2 * Math.PI * 5 * seconds))) / SampleRateHz;
            double level = 0.3 * (0.6 + (0.4 * Math.Sin(2 * Math.PI * 1.3 * seconds)));
            samples[t] = (float)(level * Enumerable.Range(1, 8).Sum(k => Math.Sin(k * phase) / k));
        }

        return new AudioBuffer(samples, 1, SampleRateHz);
    }

    /// <summary>The voice as the file has it, in 16 bits.</summary>
    private AudioBuffer Heard() => AudioFile.ReadAll(_folder["voice.wav"]);

    /// <summary>Equal to the library's own codes and samples but for rounding to 16 bits, and near the original.</summary>
    private void AssertIsTheDecodedVoice(AudioBuffer audio, Codec codec, double bandwidthKbps)
    {
        AudioBuffer expected = codec.Decode(codec.Encode(Heard(), bandwidthKbps));
        Assert.Equal(SampleRateHz, audio.SampleRateHz);
        Assert.Equal(LengthSamples, audio.LengthSamples);
        for (int t = 0; t < LengthSamples; t++)
        {
            Assert.Equal(expected.Samples[t], audio.Samples[t], 1e-4f);
        }

        Assert.InRange(SiSdr.ComputeDb(_voice, audio), 6, 100);
    }
}
