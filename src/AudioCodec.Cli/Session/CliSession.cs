using System.CommandLine;
using AudioCodec.Files;

namespace AudioCodec.Cli.Session;

/// <summary>What one run of the program reads from and writes to; tests put their own streams in.</summary>
internal class CliSession : InvocationConfiguration
{
    /// <summary>The name that stands for standard input or output.</summary>
    public const string Pipe = "-";

    private readonly Lock _writing = new();
    private Action<string>? _redirection;

    /// <summary>A session on the process's own streams.</summary>
    public CliSession()
    {
        // Failures are turned into messages and exit codes by CommandLine, Ctrl-C into a cancelled token by Program.
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>Whether progress bars may be drawn: standard error is a terminal.</summary>
    public virtual bool IsInteractive => !Console.IsErrorRedirected;

    /// <summary>Set when the user wants to stop.</summary>
    public CancellationToken Stopping { get; set; }

    /// <summary>Binary standard input.</summary>
    /// <exception cref="IOException">Standard input is closed.</exception>
    public virtual Stream OpenStandardInput() => StandardInput.IsClosed
        ? throw new IOException("Standard input is closed: there is nothing to read.")
        : new InterruptibleStream(Console.OpenStandardInput(), Stopping);

    /// <summary>Binary standard output.</summary>
    /// <exception cref="UsageException">It is a terminal, which the bytes would disturb.</exception>
    public virtual Stream OpenStandardOutput() => Console.IsOutputRedirected
        ? Console.OpenStandardOutput()
        : throw new UsageException("The output would be written to the terminal; name a file with -o, or send it to a file or pipe with > or |.");

    /// <summary>Opens a file; a named pipe, which opens when somebody opens its other end, in a way that Ctrl-C ends.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">Opens it.</param>
    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    public T Open<T>(string path, Func<T> open)
    {
        if (!FileIdentity.IsDevice(path))
        {
            return open();
        }

        Task<T> opening = Task.Run(open);
        Task.WaitAny([opening], Stopping);
        return opening.GetAwaiter().GetResult();
    }

    /// <summary>Writes to standard error, whole even when several files are processed at once. Names and texts from files cannot disturb the terminal.</summary>
    public void Message(string line)
    {
        line = string.Join(Environment.NewLine, line.ReplaceLineEndings("\n").Split('\n').Select(Messages.Plain));
        lock (_writing)
        {
            if (_redirection is not null)
            {
                _redirection(line);
                return;
            }

            try
            {
                Error.WriteLine(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Standard error is closed or full: nobody reads it, and the work goes on.
            }
        }
    }

    /// <summary>Writes one line that begins with <c>warning:</c> to standard error.</summary>
    public void Warning(string text) => Message($"warning: {text}");

    /// <summary>Sends messages elsewhere (above live progress bars) until the result is disposed.</summary>
    public IDisposable RedirectMessages(Action<string> writeLine)
    {
        lock (_writing)
        {
            _redirection = writeLine;
        }

        return new Redirection(this);
    }

    /// <summary>The session that a command runs in.</summary>
    public static CliSession Of(ParseResult parseResult) =>
        parseResult.InvocationConfiguration as CliSession
        ?? new CliSession { Output = parseResult.InvocationConfiguration.Output, Error = parseResult.InvocationConfiguration.Error };

    private sealed class Redirection(CliSession session) : IDisposable
    {
        public void Dispose()
        {
            lock (session._writing)
            {
                session._redirection = null;
            }
        }
    }
}
