using System.Globalization;
using System.Text.Json;
using AudioCodec.Evaluation;
using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>What a person does with a recording, in Chromium.</summary>
public sealed class ListenBrowserTests
{
    [Fact]
    public async Task Microphone_Recorded_BecomesAClipAndIsReleased()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await page.ClickAsync("#record");
        await Assertions.Expect(page.Locator("#record")).ToHaveTextAsync("Stop recording");
        await Task.Delay(1500);
        await page.ClickAsync("#record");
        await page.Locator("[data-version='audiocodec_24khz@6']").WaitForAsync();
        string facts = await page.Locator("#clip-facts").InnerTextAsync();
        Assert.Matches(@"^microphone: [1-9]\d*\.\d\d s, 48000 Hz, ", facts);
        Assert.True(await IsLoud(page, "original"), "The recording is silent.");
        await Assertions.Expect(page.Locator("#record")).ToHaveTextAsync("Record the microphone");
        Assert.Empty(studio.Faults);
    }

    [Fact]
    public async Task Difference_IsTheOriginalLessTheVersion_AndGoesWithTheNextChoice()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await studio.UploadAsync();
        await page.ClickAsync("[data-version='audiocodec_24khz@6']");
        await page.CheckAsync("#difference");
        double largest = await page.EvaluateAsync<double>($$"""
            import('./app/main.js').then(({ player }) => { const of = name => player.tracks.get(name).buffer.getChannelData(0), difference = of('difference'), original = of('original'), version = of('audiocodec_24khz@6');
                return difference.reduce((most, sample, t) => Math.max(most, Math.abs(sample - (original[t] - version[t]))), 0); })
            """);
        Assert.InRange(largest, 0, 1e-6);
        Assert.Equal("difference", await Current(page));
        await page.UncheckAsync("#difference");
        Assert.Equal("audiocodec_24khz@6", await Current(page));
        await page.CheckAsync("#difference");
        await page.ClickAsync("[data-version=original]");
        Assert.False(await page.IsCheckedAsync("#difference"));
        Assert.Equal("original", await Current(page));
        await page.ClickAsync("[data-part=blind]");
        await page.ClickAsync("#start-mushra");
        await page.Locator("#finish-mushra").WaitForAsync();
        Assert.Equal(4, await page.Locator("#trial input[type=range]").CountAsync()); // Reference, version and two anchors, and no difference.
        Assert.Empty(studio.Faults);
    }

    [Fact]
    public async Task Waveform_IsZoomedSelectedAndSoughtWhilePlaying()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await studio.UploadAsync(4);
        LocatorBoundingBoxResult box = await page.Locator("#wave").BoundingBoxAsync() ?? throw new InvalidOperationException("There is no waveform.");
        await page.ClickAsync("#play");
        await page.EvaluateAsync("import('./app/main.js').then(({ player }) => { window.sought = new Promise(found => document.getElementById('wave').addEventListener('pointerup', () => setTimeout(() => found(player.playing.from)), { once: true })); })");
        await page.Mouse.ClickAsync(box.X + (box.Width * 0.75f), box.Y + 20);
        Assert.InRange(await page.EvaluateAsync<double>("window.sought"), 2.9, 3.1);
        await page.ClickAsync("#play");
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.25f), box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.5f), box.Y + 20);
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.00 to 4.00 s, loop 1.00 to 2.00 s");
        string whole = await Picture(page);
        await page.ClickAsync("#zoom-in");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.50 to 2.50 s, loop 1.00 to 2.00 s");
        Assert.NotEqual(whole, await Picture(page));
        await page.ClickAsync("#zoom-out");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.00 to 4.00 s, loop 1.00 to 2.00 s");
        Assert.Empty(studio.Faults);
    }

    [Theory]
    [InlineData("Opus", "12")]
    [InlineData("MP3", "32")]
    public async Task OpusAndMp3_WhereFfmpegIs_StandBesideTheCodec(string codec, string rate)
    {
        Assert.SkipWhen(FfmpegCodec.Find(out _) is null, "There is no ffmpeg on this machine.");
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await studio.UploadAsync();
        await page.SelectOptionAsync("#codec", codec);
        await page.SelectOptionAsync("#rate", rate);
        await page.ClickAsync("#make");
        ILocator made = page.Locator($"[data-version='{codec}@{rate}']");
        await made.WaitForAsync();
        string[] cells = [.. await page.Locator("#versions tr").Nth(2).Locator("td").AllInnerTextsAsync()];
        Assert.InRange(double.Parse(cells[1], CultureInfo.InvariantCulture), 3, 50);
        Assert.EndsWith("dB", cells[4], StringComparison.Ordinal);
        Assert.Equal(".wav", cells[8].Trim());
        await made.ClickAsync();
        Assert.Equal($"{codec}@{rate}", await Current(page));
        Assert.True(await IsLoud(page, $"{codec}@{rate}"), "The version is silent.");
        Assert.Empty(studio.Faults);
    }

    [Fact]
    public async Task Session_OfAnotherListener_IsAddedAndNonsenseIsNot()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await studio.UploadAsync();
        await page.ClickAsync("[data-part=blind]");
        await page.ClickAsync("#start-mushra");
        await page.ClickAsync("#finish-mushra");
        IDownload saved = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#session"));
        string json = await File.ReadAllTextAsync(await saved.PathAsync());
        Assert.Equal(4, JsonDocument.Parse(json).RootElement.GetProperty("ratings").GetArrayLength());
        await Give(page, json.Replace("listener 1", "=listener 2", StringComparison.Ordinal).Replace("\"grade\": 50", "\"grade\": 70", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("#results h2")).ToHaveTextAsync("Results of 2 listener(s)");
        IDownload csv = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#csv"));
        string[] lines = await File.ReadAllLinesAsync(await csv.PathAsync());
        Assert.Contains(lines, line => line.StartsWith("\"'=listener 2\"", StringComparison.Ordinal) && line.EndsWith(",70", StringComparison.Ordinal));
        Assert.Contains("\"reference\",2,60.00,-67.06,187.06", lines); // 60 +- 12.706 * 14.142 / sqrt(2).
        foreach (string nonsense in (string[])["{}", "[]", "no JSON", json.Replace("\"grade\": 50", "\"grade\": 500", StringComparison.Ordinal)])
        {
            await page.EvaluateAsync("document.getElementById('message').textContent = ''");
            await Give(page, nonsense);
            await Assertions.Expect(page.Locator("#message")).ToHaveTextAsync("That file is no session of this test.");
        }

        await Assertions.Expect(page.Locator("#results h2")).ToHaveTextAsync("Results of 2 listener(s)");
        Assert.Empty(studio.Faults);
    }

    [Fact]
    public async Task Generation_ContinuedFromAClip_HoldsItAndOpensUnderListen()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await page.ClickAsync("[data-part=generate]");
        Assert.True(await page.IsDisabledAsync("#continue"));
        await studio.UploadAsync(1);
        await page.ClickAsync("[data-part=generate]");
        await page.FillAsync("#prompt", "rain");
        await page.FillAsync("#seconds", "1.5");
        await page.CheckAsync("#continue");
        IRequest asked = await page.RunAndWaitForRequestAsync(() => page.ClickAsync("#ask-it"), request => request.Url.EndsWith("/api/generate", StringComparison.Ordinal));
        Assert.NotNull(JsonDocument.Parse(asked.PostData ?? "").RootElement.GetProperty("continue").GetString());
        await page.GetByText("Open under Listen").ClickAsync();
        await Assertions.Expect(page.Locator("#clip-facts")).ToContainTextAsync("rain", new() { Timeout = 60_000 });
        string facts = await page.Locator("#clip-facts").InnerTextAsync();
        double seconds = double.Parse(facts.Split(": ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(seconds, 1.4, 2.6);
        Assert.Empty(studio.Faults);
    }

    private static Task<bool> IsLoud(IPage page, string track) =>
        page.EvaluateAsync<bool>("name => import('./app/main.js').then(({ player }) => player.tracks.get(name).buffer.getChannelData(0).some(sample => Math.abs(sample) > 0.05))", track);

    private static Task<string> Current(IPage page) => page.EvaluateAsync<string>("import('./app/main.js').then(({ player }) => player.current)");

    private static Task<string> Picture(IPage page) => page.EvaluateAsync<string>("document.getElementById('spectrum').toDataURL()");

    private static Task Give(IPage page, string json) =>
        page.SetInputFilesAsync("#more-session", new FilePayload { Name = "session.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(json) });
}
