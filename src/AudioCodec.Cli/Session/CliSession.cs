using System.CommandLine;

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
    public virtual Stream OpenStandardInput() => new InterruptibleStream(Console.OpenStandardInput(), Stopping);

    /// <summary>Binary standard output.</summary>
    public virtual Stream OpenStandardOutput() => Console.OpenStandardOutput();

    /// <summary>Writes one line to standard error, whole even when several files are processed at once.</summary>
    public void Message(string line)
    {
        lock (_writing)
        {
            if (_redirection is null)
            {
                Error.WriteLine(line);
            }
            else
            {
                _redirection(line);
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
