using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Session;
using AudioCodec.Studio;
using Microsoft.AspNetCore.Builder;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec studio</c>: a page in the browser to hear codecs side by side.</summary>
internal static class StudioCommand
{
    private const string KeyVariable = "AUDIOCODEC_STUDIO_KEY";
    private const int DefaultPort = 8734;

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port; 0 for a free one.", DefaultValueFactory = _ => DefaultPort };
        var listen = new Option<string>("--listen") { Description = "Address to listen on; other than this machine's own it needs a key.", DefaultValueFactory = _ => "127.0.0.1" };
        var key = new Option<string?>("--api-key") { Description = $"Key that requests have to bring, at least 16 characters; or set {KeyVariable}." };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Do not open the page." };
        var command = new Command("studio", "Hear codecs side by side in the browser.") { port, listen, key, noBrowser };
        command.SetAction((parsed, cancellation) => RunAsync(
            CliSession.Of(parsed), parsed.GetValue(port), parsed.GetValue(listen) ?? "", parsed.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable), !parsed.GetValue(noBrowser), cancellation));
        return command.WithExamples(
            ("audiocodec studio", $"open http://127.0.0.1:{DefaultPort} on this machine"),
            ("audiocodec studio --port 0 --no-browser", "on a free port, which it names"));
    }

    private static async Task<int> RunAsync(CliSession session, int port, string listen, string? key, bool browse, CancellationToken cancellation)
    {
        if (port is < 0 or > 65535 || !IPAddress.TryParse(listen, out IPAddress? address))
        {
            throw new UsageException("--port is a number from 0 to 65535, and --listen an address such as 127.0.0.1 or 0.0.0.0.");
        }

        await using WebApplication app = Build(address, port, key);
        await app.StartAsync(cancellation).ConfigureAwait(false);
        string url = app.Urls.First() + "/";
        session.Message($"studio at {url} (Ctrl-C stops it)");
        if (browse)
        {
            Open(session, url);
        }

        try
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // How a server ends.
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static WebApplication Build(IPAddress address, int port, string? key)
    {
        try
        {
            return StudioServer.Create(address, port, new StudioOptions { ApiKey = key });
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception);
        }
    }

    private static void Open(CliSession session, string url)
    {
        try
        {
            using Process? browser = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
        }
        catch (Win32Exception)
        {
            session.Message("There is no browser here; open the address yourself.");
        }
    }
}
