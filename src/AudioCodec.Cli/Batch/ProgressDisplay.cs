using AudioCodec.Cli.Session;
using Spectre.Console;

namespace AudioCodec.Cli.Batch;

/// <summary>The progress of one file; disposed when the file is done.</summary>
internal interface IProgressLine : IProgress<double>, IDisposable
{
    /// <summary>Says what is processed now.</summary>
    void Rename(string name);
}

/// <summary>Hands out progress lines.</summary>
internal interface IProgressDisplay
{
    /// <summary>Starts a file's line.</summary>
    /// <param name="name">What is processed.</param>
    IProgressLine Begin(string name);
}

/// <summary>Progress bars on standard error where that is a terminal, nothing elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs work that reports progress.</summary>
    public static async Task<T> RunAsync<T>(CliSession session, int files, Func<IProgressDisplay, Task<T>> work)
    {
        if (!session.IsInteractive)
        {
            return await work(new SilentDisplay()).ConfigureAwait(false);
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        using IDisposable redirected = session.RedirectMessages(line => console.WriteLine(line));
        return await console.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new BarDisplay(context, files))).ConfigureAwait(false);
    }

    /// <summary>Runs work on one file.</summary>
    /// <param name="session">Whose terminal it is.</param>
    /// <param name="name">What is processed.</param>
    /// <param name="work">The work.</param>
    public static Task<T> RunOneAsync<T>(CliSession session, string name, Func<IProgressLine, Task<T>> work) => RunAsync(session, 1, async display =>
    {
        using IProgressLine line = display.Begin(name);
        return await work(line).ConfigureAwait(false);
    });

    private sealed class SilentDisplay : IProgressDisplay
    {
        public IProgressLine Begin(string name) => new SilentLine();
    }

    private sealed class SilentLine : IProgressLine
    {
        public void Report(double value)
        {
        }

        public void Rename(string name)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class BarDisplay : IProgressDisplay
    {
        private readonly ProgressContext _context;
        private readonly ProgressTask? _total;

        public BarDisplay(ProgressContext context, int files)
        {
            _context = context;
            _total = files > 1 ? context.AddTask($"{files} files", maxValue: files) : null;
        }

        public IProgressLine Begin(string name)
        {
            lock (_context)
            {
                return new BarLine(_context.AddTask(Markup.Escape(Path.GetFileName(name)), maxValue: 1), _total);
            }
        }
    }

    private sealed class BarLine(ProgressTask task, ProgressTask? total) : IProgressLine
    {
        public void Report(double value) => task.Value = value;

        public void Rename(string name) => task.Description = Markup.Escape(Path.GetFileName(name));

        public void Dispose()
        {
            task.Value = task.MaxValue;
            task.StopTask();
            total?.Increment(1);
        }
    }
}
