using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>The microphone through the codec and back, in Chromium.</summary>
public sealed class LiveBrowserTests
{
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Live_StartedByKeyboard_SoundsWithItsLatencyAndConcealsLossUntilItIsStopped(int width, ColorScheme scheme)
    {
        await using StudioPage studio = await StudioPage.OpenAsync(width, scheme);
        IPage page = studio.Page;
        await page.AddInitScriptAsync("const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); navigator.mediaDevices.getUserMedia = async asked => window.taken = await get(asked);");
        await page.ReloadAsync();
        await page.ClickAsync("[data-part=live]");
        await page.Locator("#talk").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#talk")).ToHaveTextAsync("Stop");
        await Assertions.Expect(page.Locator("#live-latency")).ToHaveTextAsync(new Regex(@"^\d+ ms$"), new() { Timeout = 60_000 });
        await studio.UntilAsync("document.getElementById('live-level').value > -30");
        Assert.InRange(int.Parse((await page.Locator("#live-latency").InnerTextAsync()).Split(' ')[0]), 40, 30_000);
        Assert.StartsWith("0 (0 %)", await page.Locator("#live-concealed").InnerTextAsync(), StringComparison.Ordinal);

        await page.Locator("#loss").FillAsync("20");
        await studio.UntilAsync("parseInt(document.getElementById('live-concealed').textContent) > 5", 180);
        await studio.UntilAsync("document.getElementById('live-level').value > -30");
        await studio.PictureAsync($"live-{width}");

        await page.Locator("#live-latency").ClickAsync();
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.Locator("#talk")).ToHaveTextAsync("Start");
        Assert.Equal("ended", await page.EvaluateAsync<string>("taken.getAudioTracks()[0].readyState"));
        string packets = await page.Locator("#live-packets").InnerTextAsync();
        await Task.Delay(400);
        Assert.Equal(packets, await page.Locator("#live-packets").InnerTextAsync());
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the window.");
        Assert.Empty(studio.Faults);
    }
}
