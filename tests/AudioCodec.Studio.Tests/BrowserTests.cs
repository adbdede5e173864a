using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>The page in Chromium, as a person uses it.</summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Page_UploadSwitchPlayDownloadAndBlindTests(int width, ColorScheme scheme)
    {
        await using StudioPage studio = await StudioPage.OpenAsync(width, scheme);
        IPage page = studio.Page;
        await studio.UploadAsync();
        ILocator made = page.Locator("[data-version='audiocodec_24khz@6']");
        await page.SelectOptionAsync("#rate", "3");
        await page.ClickAsync("#make");
        await page.Locator("[data-version='audiocodec_24khz@3']").WaitForAsync();
        await page.Locator("#wave").FocusAsync();
        await page.Keyboard.PressAsync("2");
        Assert.Equal("true", await made.GetAttributeAsync("aria-pressed"));
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#time")).Not.ToHaveTextAsync("0.0 s");
        await studio.PictureAsync($"listen-{width}");
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
        await studio.PictureAsync($"mushra-{width}");
        await page.Locator("#trial input[type=range]").First.FillAsync("90");
        await page.ClickAsync("#finish-mushra");
        await studio.PictureAsync($"results-{width}");
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
        await studio.PictureAsync($"generate-{width}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        Assert.Empty(studio.Faults);
    }

    /// <summary>Against tables: of the binomial distribution, and of Student's t.</summary>
    [Fact]
    public async Task Statistics_AreThoseOfTheTables()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        double[] found = await page.EvaluateAsync<double[]>("import('./app/stats.js').then(s => [s.binomialTail(12, 16), s.binomialTail(0, 16), s.studentT(4), s.studentT(60), s.summary([1, 2, 3]).half])");
        Assert.Equal(0.0384, found[0], 4);
        Assert.Equal(1, found[1], 12);
        Assert.Equal(2.776, found[2], 3);
        Assert.Equal(2.000, found[3], 3);
        Assert.Equal(4.303 / Math.Sqrt(3), found[4], 3);
    }
}
