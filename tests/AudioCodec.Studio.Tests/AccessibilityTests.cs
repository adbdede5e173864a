using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>The page for those who do not see it or use no mouse.</summary>
public sealed partial class AccessibilityTests
{
    private static readonly string s_axe = ReadAxe();

    /// <summary>axe-core over every part, empty and filled.</summary>
    [Theory]
    [InlineData(1200, ColorScheme.Light)]
    [InlineData(1200, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Parts_HaveNoSeriousFinding(int width, ColorScheme scheme)
    {
        await using StudioPage studio = await StudioPage.OpenAsync(width, scheme);
        IPage page = studio.Page;
        string look = $"{width}-{(scheme == ColorScheme.Dark ? "dark" : "light")}";
        await page.Locator("[data-part=generate]").WaitForAsync();
        await Examine(studio, $"empty-{look}");
        await studio.UploadAsync();
        await Examine(studio, $"listen-{look}");
        await page.ClickAsync("[data-part=blind]");
        await page.ClickAsync("#start-abx");
        await Examine(studio, $"abx-{look}");
        await page.ClickAsync("#start-mushra");
        await page.Locator("#finish-mushra").WaitForAsync();
        await Examine(studio, $"mushra-{look}");
        await page.ClickAsync("#finish-mushra");
        await Examine(studio, $"results-{look}");
        await page.ClickAsync("[data-part=live]");
        await page.ClickAsync("#talk");
        await Assertions.Expect(page.Locator("#live-latency")).ToHaveTextAsync(Milliseconds(), new() { Timeout = 60_000 });
        await Examine(studio, $"live-{look}");
        await page.ClickAsync("[data-part=generate]");
        await page.FillAsync("#prompt", "rain");
        await page.FillAsync("#seconds", "0.5");
        await page.ClickAsync("#ask-it");
        await page.Locator("#takes-made audio").WaitForAsync();
        await Examine(studio, $"generate-{look}");
        Assert.Empty(studio.Faults);
    }

    /// <summary>All of it from the first Tab to the results, without a mouse; every control that is reached shows that it is.</summary>
    [Fact]
    public async Task Page_IsUsedByKeyboardOnly()
    {
        await using StudioPage studio = await StudioPage.OpenAsync();
        IPage page = studio.Page;
        await To(page, "#file");
        await studio.UploadAsync(); // What Enter opens is the browser's own.

        await To(page, "#play");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#play")).ToHaveTextAsync("Stop");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#play")).ToHaveTextAsync("Play");
        await To(page, "#match");
        await page.Keyboard.PressAsync("Space");
        Assert.False(await page.IsCheckedAsync("#match"));
        await To(page, "#wave");
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowRight");
        for (int i = 0; i < 10; i++)
        {
            await page.Keyboard.PressAsync("Shift+ArrowRight");
        }

        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.00 to 2.00 s, loop 0.04 to 0.44 s");
        await page.Keyboard.PressAsync("+");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.00 to 1.00 s, loop 0.04 to 0.44 s");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync("0.00 to 2.00 s");
        await page.Keyboard.PressAsync("2");
        Assert.Equal("true", await page.Locator("[data-version='audiocodec_24khz@6']").GetAttributeAsync("aria-pressed"));
        await To(page, "#rate");
        await page.Keyboard.PressAsync("ArrowUp");
        await To(page, "#make");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[data-version='audiocodec_24khz@3']").WaitForAsync();
        await To(page, "[aria-label='Download audiocodec_24khz@3 as .ecdc']");
        await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));

        await To(page, "[data-part=blind]");
        await page.Keyboard.PressAsync("Enter");
        await To(page, "#start-mushra");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#finish-mushra").WaitForAsync();
        await page.Keyboard.PressAsync("2");
        Assert.Equal("true", await page.Locator("#trial [data-hear='1']").GetAttributeAsync("aria-pressed"));
        await To(page, "#trial input[type=range]");
        await page.Keyboard.PressAsync("End");
        await To(page, "#finish-mushra");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("csv", await page.EvaluateAsync<string>("document.activeElement.id"));
        IDownload csv = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        Assert.Contains(",100", await File.ReadAllTextAsync(await csv.PathAsync()), StringComparison.Ordinal);

        await To(page, "[data-part=live]");
        await page.Keyboard.PressAsync("Enter");
        await To(page, "#talk");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#live-latency")).ToHaveTextAsync(Milliseconds(), new() { Timeout = 60_000 });
        await To(page, "#loss");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.Locator("#loss-value")).ToHaveTextAsync("1 %");

        await To(page, "[data-part=generate]");
        await page.Keyboard.PressAsync("Enter");
        await To(page, "#prompt");
        await page.Keyboard.TypeAsync("rain");
        await To(page, "#seconds");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#takes-made audio").WaitForAsync();
        Assert.Empty(studio.Faults);
    }

    /// <summary>Presses Tab until a control has the focus.</summary>
    private static async Task To(IPage page, string selector)
    {
        for (int presses = 0; presses < 80; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                Assert.NotEqual("none", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"Tab does not come to {selector}.");
    }

    private static async Task Examine(StudioPage studio, string name)
    {
        await studio.PictureAsync(name);
        if (!await studio.Page.EvaluateAsync<bool>("typeof axe === 'object'"))
        {
            await studio.Page.EvaluateAsync(s_axe);
        }

        JsonElement found = await studio.Page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] }).then(results => ({ checked: results.passes.length, violations: results.violations }))");
        Assert.InRange(found.GetProperty("checked").GetInt32(), 10, 1000);
        string[] serious = [.. found.GetProperty("violations").EnumerateArray().Where(finding => finding.GetProperty("impact").GetString() is "serious" or "critical").Select(Describe)];
        Assert.True(serious.Length == 0, $"{name}: {string.Join("\n", serious)}");
    }

    private static string Describe(JsonElement finding) =>
        $"{finding.GetProperty("id").GetString()}: {finding.GetProperty("help").GetString()}: {string.Join("; ", finding.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("html").GetString()))}";

    private static string ReadAxe()
    {
        using Stream stream = typeof(AxeRunOptions).Assembly.GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js") ?? throw new InvalidOperationException("The package has no axe-core.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^\d+ ms$")]
    private static partial Regex Milliseconds();
}
