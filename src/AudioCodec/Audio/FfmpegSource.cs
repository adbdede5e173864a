using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using AudioCodec.Files;

namespace AudioCodec.Audio;

/// <summary>Any other format, decoded by an ffmpeg process whose output is read as it comes.</summary>
/// <remarks>
/// No shell is involved, and ffmpeg may open files and pipes only: a playlist that names an address on the network fails.
/// </remarks>
internal sealed class FfmpegSource : AudioSource
{
    private const int MostMessageChars = 4000;

    private readonly string _path;
    private readonly Process _process;
    private readonly WavReader _samples;
    private readonly StringBuilder _messages = new();
    private readonly Thread _messageThread;
    private readonly string? _copy;
    private OperationCanceledException? _givenUp;
    private bool _any;
    private bool _ended;
    private bool _disposed;

    private FfmpegSource(string program, string input, Stream? content, string path, string? copy = null)
    {
        _copy = copy;
        _path = path;
        _process = Start(program, input, path);
        _messageThread = new Thread(CollectMessages) { IsBackground = true, Name = "ffmpeg messages" };
        _messageThread.Start();
        try
        {
            if (content is not null)
            {
                new Thread(() => Feed(content)) { IsBackground = true, Name = "ffmpeg input" }.Start();
            }
            else
            {
                _process.StandardInput.Close();
            }

            _samples = OpenOutput();
        }
        catch
        {
            Kill();
            throw;
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _samples.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _samples.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings =>
        _ended && _messages.Length > 0 ? [.. _samples.Warnings, $"ffmpeg reports: {Messages()}"] : _samples.Warnings;

    /// <summary>Whether the process is still running.</summary>
    internal bool IsRunning => !_disposed && !_process.HasExited;

    /// <summary>Decodes a file.</summary>
    /// <exception cref="AudioFormatException">ffmpeg is missing or cannot read the file.</exception>
    public static FfmpegSource FromFile(string path) =>
        new(Program(path), "file:" + Path.GetFullPath(path), null, path);

    /// <summary>Decodes a stream, which is read on a thread of its own and disposed at its end.</summary>
    /// <exception cref="AudioFormatException">ffmpeg is missing or cannot read the data.</exception>
    public static FfmpegSource FromStream(Stream content, string path) => new(Program(path), "pipe:0", content, path);

    /// <summary>Decodes a stream of a format whose index may lie at its end, by way of a temporary file.</summary>
    /// <param name="content">Read to its end; disposed.</param>
    /// <param name="path">Name for messages.</param>
    /// <exception cref="AudioFormatException">ffmpeg is missing or cannot read the data.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public static FfmpegSource FromCopy(Stream content, string path)
    {
        string program = Program(path);
        string copy = TemporaryFile.NewPath();
        try
        {
            using (content)
            using (var file = new FileStream(copy, FileMode.CreateNew, FileAccess.Write))
            {
                content.CopyTo(file);
            }

            return new FfmpegSource(program, "file:" + copy, null, path, copy);
        }
        catch
        {
            File.Delete(copy);
            throw;
        }
    }

    /// <summary>Path of the ffmpeg on the PATH, or <see langword="null"/>.</summary>
    public static string? Locate() => Locate(Environment.GetEnvironmentVariable("PATH"));

    /// <summary>Looks for ffmpeg in the absolute folders of a PATH variable, and so never in the current folder.</summary>
    public static string? Locate(string? pathVariable)
    {
        string name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        return (pathVariable ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
    }

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int read = _samples.Read(destination);
        _any |= read > 0;
        if (read == 0 && destination.Length >= Channels && !_ended)
        {
            _ended = true;
            _process.WaitForExit();
            _messageThread.Join();
            if (_process.ExitCode != 0 || _givenUp is not null)
            {
                throw Failed();
            }

            if (!_any)
            {
                // ffmpeg also ends well where it found a track, but nothing of it.
                throw new AudioFormatException($"'{_path}' holds no samples that ffmpeg can decode: {Messages()}", _path);
            }
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            Kill();
        }

        base.Dispose(disposing);
    }

    private static string Program(string path) => Locate() ?? throw new AudioFormatException(
        $"'{path}' is of a kind that is read through ffmpeg, which is not on the PATH: install ffmpeg, or convert the file to WAV.", path);

    private static Process Start(string program, string input, string path)
    {
        string[] arguments =
        [
            "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", input,
            "-vn", "-sn", "-dn", "-map_metadata", "-1", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1",
        ];
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start) ?? throw new AudioFormatException($"'{path}': '{program}' did not start.", path);
        }
        catch (Win32Exception exception)
        {
            throw new AudioFormatException($"'{path}': '{program}' cannot be run: {exception.Message}.", path, exception);
        }
    }

    private WavReader OpenOutput()
    {
        try
        {
            return new WavReader(_process.StandardOutput.BaseStream, _path);
        }
        catch (AudioFormatException)
        {
            // No WAV came out: the user is told what ffmpeg reported.
            _process.StandardOutput.Close();
            _process.WaitForExit();
            _messageThread.Join();
            throw Failed();
        }
    }

    private Exception Failed() => _givenUp as Exception ?? new AudioFormatException(
        $"'{_path}' is of no kind that is read here, and ffmpeg cannot read it as audio: {Messages()}", _path);

    private string Messages()
    {
        lock (_messages)
        {
            string text = _messages.ToString().Trim().ReplaceLineEndings("; ");
            return text.Length > 0 ? text : "it gave no reason.";
        }
    }

    private void CollectMessages()
    {
        var part = new char[512];
        for (int read = _process.StandardError.Read(part); read > 0; read = _process.StandardError.Read(part))
        {
            lock (_messages)
            {
                _messages.Append(part, 0, Math.Min(read, MostMessageChars - _messages.Length));
            }
        }
    }

    private void Feed(Stream content)
    {
        try
        {
            // Closed last: when ffmpeg sees the end of its input, it has to be known whether that is the content's.
            using StreamWriter input = _process.StandardInput;
            using (content)
            {
                Copy(content, input.BaseStream);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // ffmpeg stopped reading, failed or was killed: its exit code and output tell which.
        }
    }

    private void Copy(Stream content, Stream input)
    {
        try
        {
            content.CopyTo(input);
        }
        catch (OperationCanceledException exception)
        {
            _givenUp = exception;
        }
    }

    private void Kill()
    {
        _disposed = true;
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
        catch (InvalidOperationException)
        {
            // The process ended, or was disposed, in the meantime.
        }

        _messageThread.Join();
        _process.StandardOutput.Dispose(); // Disposing a process leaves open what was read of it.
        _process.StandardError.Dispose();
        _process.Dispose();
        if (_copy is not null)
        {
            File.Delete(_copy);
        }
    }
}
