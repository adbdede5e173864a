using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>The page in Chromium, as a person uses it.</summary>
public sealed class BrowserTests
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Page_UploadSwitchPlayDownloadAndBlindTests(int width, ColorScheme scheme)
    {
        string? chromium = s_places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "There is no Chromium on this machine.");
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"] });
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var faults = new List<string>();
        page.Console += (_, message) => { if (message.Type == "error") { faults.Add(message.Text); } };
        page.PageError += (_, error) => faults.Add(error);
        page.Request += (_, request) => { if (!request.Url.StartsWith(studio.Address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) { faults.Add(request.Url); } };
        await page.GotoAsync(studio.Address);

        await page.SetInputFilesAsync("#file", new FilePayload { Name = "tones.wav", MimeType = "audio/wav", Buffer = RunningStudio.Recording(2) });
        ILocator made = page.Locator("[data-version='audiocodec_24khz@6']");
        await made.WaitForAsync();
        await page.SelectOptionAsync("#rate", "3");
        await page.ClickAsync("#make");
        await page.Locator("[data-version='audiocodec_24khz@3']").WaitForAsync();
        await page.Locator("#wave").FocusAsync();
        await page.Keyboard.PressAsync("2");
        Assert.Equal("true", await made.GetAttributeAsync("aria-pressed"));
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#time")).Not.ToHaveTextAsync("0.0 s");
        await Picture(page, $"listen-{width}");
        await page.Keyboard.PressAsync("1");
        Assert.Equal("true", await page.Locator("[data-version=original]").GetAttributeAsync("aria-pressed"));
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#play")).ToHaveTextAsync("Play");

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("[aria-label='Download audiocodec_24khz@6 as .ecdc']"));
        await using Codec codec = await Codec.LoadAsync();
        await using EcdcFile file = codec.Open(File.OpenRead(await download.PathAsync()));
        Assert.Equal(48000, codec.Decode(file.ReadCodes()).LengthSamples);

        await page.ClickAsync("[data-part=blind]");
        await page.ClickAsync("#start-mushra");
        await page.Locator("#finish-mushra").WaitForAsync();
        Assert.Equal(5, await page.Locator("#trial input[type=range]").CountAsync());
        await Picture(page, $"mushra-{width}");
        await page.Locator("#trial input[type=range]").First.FillAsync("90");
        await page.ClickAsync("#finish-mushra");
        await Picture(page, $"results-{width}");
        IDownload csv = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#csv"));
        string[] lines = await File.ReadAllLinesAsync(await csv.PathAsync());
        Assert.Equal("listener,clip,condition,grade", lines[0]);
        Assert.Contains(lines, line => line.Contains("\"anchor 3.5 kHz\"", StringComparison.Ordinal));

        await page.ClickAsync("#start-abx");
        for (int trial = 0; trial < 16; trial++)
        {
            await page.GetByText("X is A").ClickAsync();
        }

        Assert.Matches(@"^\d+ of 16 right; .* p = [01]\.\d{4}\.$", await page.Locator("#abx-result").InnerTextAsync());
        await page.ClickAsync("[data-part=generate]");
        await page.FillAsync("#prompt", "rain");
        await page.FillAsync("#seconds", "0.5");
        await page.ClickAsync("#ask-it");
        await page.Locator("#takes-made audio").WaitForAsync();
        Assert.Equal(1, await page.Locator("#history li").CountAsync());
        await Picture(page, $"generate-{width}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        Assert.Empty(faults);
    }

    /// <summary>Against tables: of the binomial distribution, and of Student's t.</summary>
    [Fact]
    public async Task Statistics_AreThoseOfTheTables()
    {
        string? chromium = s_places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "There is no Chromium on this machine.");
        await using RunningStudio studio = await RunningStudio.StartAsync();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] });
        IPage page = await browser.NewPageAsync();
        await page.GotoAsync(studio.Address);
        double[] found = await page.EvaluateAsync<double[]>("import('./app/stats.js').then(s => [s.binomialTail(12, 16), s.binomialTail(0, 16), s.studentT(4), s.studentT(60), s.summary([1, 2, 3]).half])");
        Assert.Equal(0.0384, found[0], 4);
        Assert.Equal(1, found[1], 12);
        Assert.Equal(2.776, found[2], 3);
        Assert.Equal(2.000, found[3], 3);
        Assert.Equal(4.303 / Math.Sqrt(3), found[4], 3);
    }

    /// <summary>Kept where a folder for pictures is named, to look at.</summary>
    private static async Task Picture(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("AUDIOCODEC_PICTURES") is string folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }
}
