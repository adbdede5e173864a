using System.CommandLine;
using System.Globalization;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Options;

/// <summary>The option that says which of several workers this is; cluster schedulers say it by variables.</summary>
internal sealed class ShardOption
{
    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "This worker's number, from 0, and how many there are, such as 2/8. Read from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX where they are set.",
        HelpName = "i/n",
    };

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_shard);

    /// <summary>Number of this worker, from 0, and number of workers.</summary>
    /// <exception cref="UsageException">The option is not such a pair.</exception>
    public (int Worker, int Workers) Read(ParseResult parseResult) => parseResult.GetValue(_shard) is string text
        ? Parse(text) ?? throw new UsageException($"--shard {text}: a worker's number from 0 and the number of workers are expected, such as 2/8.")
        : FromScheduler(Environment.GetEnvironmentVariable);

    /// <summary>What a scheduler says: Slurm's arrays count from any number, indexed jobs of Kubernetes do not say how many workers there are.</summary>
    /// <param name="variable">The value of an environment variable.</param>
    internal static (int Worker, int Workers) FromScheduler(Func<string, string?> variable)
    {
        if (Number(variable("SLURM_ARRAY_TASK_ID")) is int task)
        {
            int worker = task - (Number(variable("SLURM_ARRAY_TASK_MIN")) ?? 0);
            int workers = Number(variable("SLURM_ARRAY_TASK_COUNT")) ?? 1;
            return worker >= 0 && worker < workers ? (worker, workers) : Alone(task);
        }

        return Number(variable("JOB_COMPLETION_INDEX")) is int index ? Alone(index) : (0, 1);
    }

    /// <summary>A worker that does not know the others' number begins where few others do: every worker takes what is free.</summary>
    private static (int Worker, int Workers) Alone(int index) => (index, index + 1);

    private static (int Worker, int Workers)? Parse(string text) =>
        text.Split('/') is [var first, var second] && Number(first) is int worker && Number(second) is int workers && worker < workers ? (worker, workers) : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
