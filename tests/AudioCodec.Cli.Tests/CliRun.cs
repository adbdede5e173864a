namespace AudioCodec.Cli.Tests;

/// <summary>Runs the program in this process with captured streams.</summary>
internal sealed class CliRun
{
    private CliRun(int exitCode, byte[] standardOutput, string text, string errors)
    {
        ExitCode = exitCode;
        StandardOutput = standardOutput;
        Text = text;
        Errors = errors;
    }

    public int ExitCode { get; }

    /// <summary>Bytes written to binary standard output.</summary>
    public byte[] StandardOutput { get; }

    /// <summary>Text written to standard output.</summary>
    public string Text { get; }

    /// <summary>Text written to standard error.</summary>
    public string Errors { get; }

    public static Task<CliRun> Of(params string[] arguments) => Of([], CancellationToken.None, arguments);

    public static async Task<CliRun> Of(byte[] standardInput, CancellationToken cancellationToken, params string[] arguments)
    {
        using var session = new CapturedSession(standardInput);
        int exitCode = await CommandLine.RunAsync(arguments, session, cancellationToken);
        return new CliRun(exitCode, session.Bytes.ToArray(), session.Output.ToString()!, session.Error.ToString()!);
    }

    private sealed class CapturedSession : CliSession, IDisposable
    {
        private readonly byte[] _input;

        public CapturedSession(byte[] input)
        {
            _input = input;
            Output = new StringWriter();
            Error = new StringWriter();
        }

        public MemoryStream Bytes { get; } = new();

        public override bool IsInteractive => false;

        public override Stream OpenStandardInput() => new UnseekableStream(_input);

        public override Stream OpenStandardOutput() => new KeptOpenStream(Bytes);

        public void Dispose() => Bytes.Dispose();
    }

    /// <summary>Reads like a pipe: no length, no seeking, and short reads.</summary>
    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1001));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1001)]);

        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();
    }

    /// <summary>Writes like a pipe, and survives being closed so that a test can read what came.</summary>
    private sealed class KeptOpenStream(MemoryStream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);
    }
}
