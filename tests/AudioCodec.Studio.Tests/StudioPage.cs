using AudioCodec.Studio.Limits;
using Microsoft.Playwright;

namespace AudioCodec.Studio.Tests;

/// <summary>The page of a running studio in Debian's Chromium, whose microphone plays a recording, and everything that goes wrong in it.</summary>
internal sealed class StudioPage : IAsyncDisposable
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly TemporaryFolder _folder;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private StudioPage(TemporaryFolder folder, RunningStudio studio, IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_folder, Studio, _playwright, _browser, Page) = (folder, studio, playwright, browser, page);
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!request.Url.StartsWith(studio.Address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal), request.Url);
    }

    public RunningStudio Studio { get; }

    public IPage Page { get; }

    /// <summary>Errors of the console and the scripts, and requests to other hosts.</summary>
    public List<string> Faults { get; } = [];

    public static async Task<StudioPage> OpenAsync(int width = 1200, ColorScheme scheme = ColorScheme.Light, StudioLimits? limits = null, string? key = null)
    {
        string? chromium = s_places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "There is no Chromium on this machine.");
        var folder = new TemporaryFolder();
        string spoken = folder["spoken.wav"];
        await File.WriteAllBytesAsync(spoken, RunningStudio.Recording(3));
        RunningStudio studio = await RunningStudio.StartAsync(limits, key);
        IPlaywright playwright = await Playwright.CreateAsync();
        string[] arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-audio-capture={spoken}"];
        IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = arguments });
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        page.SetDefaultTimeout(90_000); // Other tests compute beside.
        var opened = new StudioPage(folder, studio, playwright, browser, page);
        await page.GotoAsync(studio.Address + (key is null ? "" : "#key=" + Uri.EscapeDataString(key)));
        return opened;
    }

    /// <summary>Gives the page a recording of two tones, and waits for its first version.</summary>
    public async Task UploadAsync(double seconds = 2)
    {
        await Page.SetInputFilesAsync("#file", new FilePayload { Name = "tones.wav", MimeType = "audio/wav", Buffer = RunningStudio.Recording(seconds) });
        await UntilAsync("document.querySelector(\"[data-version='audiocodec_24khz@6']\") !== null", 120);
    }

    /// <summary>Waits for a condition in JavaScript. Playwright's own waiting evaluates strings, which the page's policy forbids.</summary>
    public async Task UntilAsync(string condition, int seconds = 60)
    {
        for (long end = Environment.TickCount64 + (seconds * 1000); !await Page.EvaluateAsync<bool>(condition); await Task.Delay(50))
        {
            Assert.True(Environment.TickCount64 < end, $"Not within {seconds} s: {condition}; the page says '{await Page.Locator("#message").InnerTextAsync()}'; {string.Join("; ", Faults)}");
        }
    }

    /// <summary>Kept where a folder for pictures is named, to look at.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("AUDIOCODEC_PICTURES") is string folder)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Studio.DisposeAsync();
        _folder.Dispose();
    }

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            lock (Faults)
            {
                Faults.Add(text);
            }
        }
    }
}
