using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AudioCodec.Studio.Tests;

/// <summary>Keeps what a server logs.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Messages { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Messages.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
        // Nothing to release.
    }
}
