using System.ComponentModel;
using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Files;

namespace AudioCodec.Cli.InputOutput;

/// <summary>Writes a format that ffmpeg knows: samples go to its standard input as WAV, its file is copied to the output when it is complete.</summary>
/// <remarks>ffmpeg writes a temporary file, since many containers are finished at their beginning. No shell is involved.</remarks>
internal sealed class FfmpegSink : AudioSink
{
    private readonly Stream _output;
    private readonly string _name;
    private readonly string _file;
    private readonly Process _process;
    private readonly Task<string> _messages;
    private readonly WavWriter _samples;
    private bool _disposed;

    /// <summary>Starts ffmpeg.</summary>
    /// <param name="output">Receives the file at the end. Left open.</param>
    /// <param name="name">A name whose extension says the format.</param>
    /// <param name="sampleRateHz">Samples per second and channel.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="encoding">How exactly samples are handed over; a lossless format keeps it where it can.</param>
    /// <exception cref="IOException">There is no ffmpeg, or it does not run.</exception>
    public FfmpegSink(Stream output, string name, int sampleRateHz, int channels, PcmEncoding encoding)
    {
        _output = output;
        _name = name;
        _file = TemporaryFile.NewPath(Path.GetExtension(name));
        _process = Start(Program(name));
        _messages = _process.StandardError.ReadToEndAsync();
        _samples = new WavWriter(_process.StandardInput.BaseStream, sampleRateHz, channels, encoding, null, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _samples.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _samples.Channels;

    /// <summary>The ffmpeg that would write a file.</summary>
    /// <exception cref="IOException">There is none on the PATH.</exception>
    public static string Program(string name) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg"))
        .FirstOrDefault(File.Exists) ?? throw new IOException(
        $"'{name}' would be written by ffmpeg, which is not on the PATH: install ffmpeg, or name a file that ends in .wav.");

    /// <inheritdoc/>
    /// <exception cref="IOException">ffmpeg does not write the format.</exception>
    public override void Write(ReadOnlySpan<float> samples)
    {
        try
        {
            _samples.Write(samples);
        }
        catch (IOException)
        {
            throw Failed();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">ffmpeg does not write the format, or the output cannot be written.</exception>
    public override void Complete()
    {
        try
        {
            _samples.Complete();
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            throw Failed();
        }

        _process.WaitForExit();
        if (_process.ExitCode != 0)
        {
            throw Failed();
        }

        using FileStream file = File.OpenRead(_file);
        file.CopyTo(_output);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (!_process.HasExited)
            {
                _process.Kill();
                _process.WaitForExit();
            }

            _process.StandardInput.BaseStream.Dispose(); // Disposing a process leaves open what was written to it or read of it.
            _process.StandardError.Dispose();
            _process.Dispose();
            File.Delete(_file);
        }

        base.Dispose(disposing);
    }

    private Process Start(string program)
    {
        var start = new ProcessStartInfo(program, ["-v", "error", "-nostdin", "-f", "wav", "-i", "pipe:0", "-map_metadata", "-1", "-fflags", "+bitexact", "file:" + _file])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start) ?? throw new IOException($"'{program}' did not start.");
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"'{program}' cannot be run: {exception.Message}.", exception);
        }
    }

    private IOException Failed()
    {
        _process.WaitForExit();
        return new IOException($"ffmpeg cannot write '{_name}': {_messages.GetAwaiter().GetResult().Trim().ReplaceLineEndings("; ")}");
    }
}
