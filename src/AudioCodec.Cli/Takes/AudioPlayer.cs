using System.ComponentModel;
using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Takes;

/// <summary>Plays audio while it is made, through a player that is installed; one that ends early stops the sound, not the work.</summary>
internal sealed class AudioPlayer : IDisposable
{
    private static readonly (string Name, string[] Arguments)[] s_players =
    [
        ("ffplay", ["-nodisp", "-autoexit", "-loglevel", "error", "-"]),
        ("aplay", ["-q", "-"]),
        ("paplay", []),
        ("afplay", []),
    ];

    private readonly CliSession _session;
    private readonly Process? _process;
    private readonly Func<AudioSink> _open;
    private AudioSink? _sink;
    private readonly string _name;

    // afplay plays files only: what was made, at the end.
    private readonly string? _file;
    private bool _broken;

    /// <summary>Starts a player.</summary>
    /// <param name="session">Where to say that it ended early.</param>
    /// <param name="name">A name that <see cref="Find"/> gave.</param>
    /// <param name="sampleRateHz">Samples per second and channel.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="lengthSamples">Samples per channel to come.</param>
    /// <exception cref="IOException">It does not start.</exception>
    public AudioPlayer(CliSession session, string name, int sampleRateHz, int channels, long lengthSamples)
    {
        _session = session;
        _name = name;
        if (name == "afplay")
        {
            _file = Path.Combine(Path.GetTempPath(), $"audiocodec-{Guid.NewGuid():N}.wav");
            _open = () => new WavWriter(new FileStream(_file, FileMode.CreateNew), sampleRateHz, channels, PcmEncoding.S16);
            return;
        }

        string[] arguments = name == "paplay"
            ? ["--raw", "--format=s16le", $"--rate={sampleRateHz}", $"--channels={channels}"]
            : Array.Find(s_players, player => player.Name == name).Arguments;
        Process process = _process = Start(name, arguments);
        _open = () => name == "paplay"
            ? new RawPcmWriter(process.StandardInput.BaseStream, new RawPcmFormat(PcmEncoding.S16, BigEndian: false, sampleRateHz, channels), leaveOpen: true)
            : new WavWriter(process.StandardInput.BaseStream, sampleRateHz, channels, PcmEncoding.S16, lengthSamples, leaveOpen: true);
    }

    /// <summary>The first player on the PATH.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return s_players.Select(player => player.Name).FirstOrDefault(name => folders.Any(folder => endings.Any(ending => File.Exists(Path.Combine(folder, name + ending)))))
            ?? throw new UsageException($"--play needs a player on the PATH, one of {string.Join(", ", s_players.Select(player => player.Name))}; none is there. Write to standard output with -o - to use another.");
    }

    /// <summary>Plays samples; waits while the player has enough.</summary>
    /// <param name="samples">[T, C].</param>
    public void Write(ReadOnlySpan<float> samples)
    {
        try
        {
            if (!_broken)
            {
                _sink ??= _open();
                _sink.Write(samples);
                _process?.StandardInput.BaseStream.Flush();
            }
        }
        catch (IOException)
        {
            GiveUp();
        }
    }

    /// <summary>Waits until everything was heard.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_file is not null)
        {
            _sink?.Complete();
            _sink?.Dispose();
            using Process player = Start(_name, [_file]);
            await player.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        CloseInput();
        await _process!.WaitForExitAsync(cancellationToken).ConfigureAwait(false); // There is one where there is no file.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sink?.Dispose();
        if (_process is not null)
        {
            CloseInput();
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        if (_file is not null)
        {
            File.Delete(_file);
        }
    }

    private static Process Start(string name, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })
                ?? throw new IOException($"{name} does not start.");
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{name} does not start: {e.Message}", e);
        }
    }

    /// <summary>Closing may write what is left, which a player that has ended does not take.</summary>
    private void CloseInput()
    {
        try
        {
            _process?.StandardInput.Close();
        }
        catch (IOException)
        {
            GiveUp();
        }
    }

    private void GiveUp()
    {
        if (!_broken && !_session.Stopping.IsCancellationRequested)
        {
            _session.Warning($"{_name} has ended; the sound goes on without being played.");
        }

        _broken = true;
    }
}
