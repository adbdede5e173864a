using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using AudioCodec.Audio;
using AudioCodec.Evaluation;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Tests;

/// <summary>Open files and pipes of the process; nothing else may run beside.</summary>
[Collection(nameof(HandleTests))]
[CollectionDefinition(nameof(HandleTests), DisableParallelization = true)]
public sealed class HandleTests
{
    private const string OpenFiles = "/proc/self/fd";
    private const int Rounds = 3;
    private const long MostAllocated = 200 << 20;

    [Fact]
    public async Task Uploads_ThatAreRefused_LeaveNothingOpen()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync();
        List<(string Name, byte[] Bytes)> uploads = await Uploads();
        await LeavesNothingOpen(async round =>
        {
            foreach ((string name, byte[] bytes) in uploads)
            {
                using HttpResponseMessage answer = await studio.Client.PostAsync(round % 2 == 0 ? "api/clips" : "api/compress", new ByteArrayContent(bytes));
                Assert.True(answer.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge, $"{name}: {answer.StatusCode}");
            }
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(studio.Folder));
    }

    [Fact]
    public async Task Ffmpeg_ThatReadsAndWrites_LeavesNothingOpen()
    {
        string? ffmpeg = FfmpegCodec.Find(out _);
        Assert.SkipWhen(ffmpeg is null, "There is no ffmpeg on this machine.");
        AudioBuffer audio = AudioFile.ReadAll(AudioFile.OpenStream(new MemoryStream(RunningStudio.Recording(0.2))), "");
        byte[] matroska = await Matroska();
        await LeavesNothingOpen(_ =>
        {
            FfmpegCodec.Mp3(ffmpeg).Process(audio, 32, CancellationToken.None);
            using AudioSource source = AudioFile.OpenStream(new MemoryStream(matroska));
            Assert.NotEmpty(AudioFile.ReadAll(source, "").Samples);
            Assert.Throws<AudioFormatException>(() => AudioFile.OpenStream(new MemoryStream(new byte[100])));
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task LiveStreams_ThatEndInAnyWay_LeaveNothingOpen()
    {
        await using RunningStudio studio = await RunningStudio.StartAsync(new StudioLimits { LiveStreams = 100 });
        await LeavesNothingOpen(async round =>
        {
            using LiveClient closes = await LiveClient.OpenAsync(studio), leaves = await LiveClient.OpenAsync(studio), breaks = await LiveClient.OpenAsync(studio);
            await closes.SendAsync(0, new short[4000]);
            await closes.ReceiveAsync();
            await closes.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            await breaks.SayAsync("nonsense");
            await breaks.ClosedAsync();
        });
    }

    /// <summary>Collecting garbage would close what was forgotten, and so hide it.</summary>
    private static async Task LeavesNothingOpen(Func<int, Task> work)
    {
        Assert.SkipUnless(Directory.Exists(OpenFiles), "This system does not list open files.");
        for (int round = 0; round < 2; round++)
        {
            await work(round); // Connections, models and libraries.
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        List<string> before = await Open(0);
        Assert.True(GC.TryStartNoGCRegion(MostAllocated), "Memory for a while without collections is not to be had.");
        List<string> after;
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                await work(round);
            }

            after = await Open(before.Count + Rounds);
        }
        finally
        {
            GC.EndNoGCRegion(); // Throws where one was collected.
        }

        before.ForEach(name => after.Remove(name));
        Assert.True(after.Count < Rounds, $"{after.Count} more were open after {Rounds} rounds: {string.Join(", ", after)}");
    }

    private static async Task<List<(string Name, byte[] Bytes)>> Uploads()
    {
        byte[] wav = RunningStudio.Recording(0.05);
        byte[] Changed(int at, params byte[] bytes)
        {
            byte[] copy = [.. wav];
            bytes.CopyTo(copy, at);
            return copy;
        }

        await using Codec codec = await Codec.LoadAsync();
        var ecdc = new MemoryStream();
        await codec.CompressAsync(new MemoryStream(RunningStudio.Recording(0.5)), ecdc);
        byte[] coded = ecdc.ToArray();
        byte[] Damaged(int at)
        {
            byte[] copy = [.. coded];
            copy[at] ^= 0xFF;
            return copy;
        }

        return
        [
            ("noise", [.. Enumerable.Range(0, 500).Select(i => (byte)(i * 7919 >> 3))]),
            ("nothing", []),
            ("a WAV head", wav[..30]),
            ("no samples", wav[..44]),
            ("no channels", Changed(22, 0, 0)),
            ("nine channels", Changed(22, 9, 0, 0xC0, 0x5D, 0, 0, 0x60, 0x97, 6, 0, 18, 0)),
            ("no rate", Changed(24, 0, 0, 0, 0)),
            ("a huge rate", Changed(24, 0xFF, 0xFF, 0xFF, 0x7F)),
            ("an unknown encoding", Changed(20, 0x77, 0x77)),
            ("a FLAC head", [.. "fLaC"u8, .. new byte[60]]),
            ("an .ecdc head", coded[..12]),
            ("another magic", Damaged(5)),
            ("a damaged head", Damaged(14)),
        ];
    }

    /// <summary>What the library leaves to ffmpeg.</summary>
    private static async Task<byte[]> Matroska()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["a.wav"], RunningStudio.Recording(0.2));
        using Process ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-i", folder["a.wav"], folder["a.mka"]]);
        await ffmpeg.WaitForExitAsync();
        return await File.ReadAllBytesAsync(folder["a.mka"]);
    }

    /// <summary>Names of what is open but for libraries; connections take a moment to close.</summary>
    private static async Task<List<string>> Open(int most)
    {
        for (int attempt = 0; ; attempt++)
        {
            List<string> open = [.. Directory.EnumerateFiles(OpenFiles).Select(NameOf).OfType<string>().Where(name => !name.EndsWith(".dll", StringComparison.Ordinal))];
            if (open.Count <= most || attempt == 20)
            {
                return open;
            }

            await Task.Delay(50);
        }
    }

    /// <summary>What a descriptor leads to; nothing where it was closed meanwhile.</summary>
    private static string? NameOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, false)?.Name ?? path;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
