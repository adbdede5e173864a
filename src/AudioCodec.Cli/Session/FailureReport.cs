using AudioCodec.Torch.Loading;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Cli.Session;

/// <summary>Turns an exception into the exit code of its family and the text that a user reads.</summary>
internal static class FailureReport
{
    /// <summary>The exit code of an exception's family.</summary>
    public static int ExitCodeOf(Exception exception) => exception switch
    {
        OperationCanceledException => ExitCodes.Cancelled,
        UsageException => ExitCodes.Usage,
        AudioFormatException => ExitCodes.Audio,
        BitstreamException => ExitCodes.Bitstream,
        CheckpointException => ExitCodes.Checkpoint,
        ConfigException => ExitCodes.Config,
        TrainingException => ExitCodes.Training,
        LibTorchException => ExitCodes.Torch,
        IOException or UnauthorizedAccessException or HttpRequestException => ExitCodes.InputOutput,
        _ => ExitCodes.Unexpected,
    };

    /// <summary>The message alone, or with the stack trace.</summary>
    public static string Describe(Exception exception, bool verbose)
    {
        if (verbose)
        {
            return exception.ToString();
        }

        return ExitCodeOf(exception) switch
        {
            ExitCodes.Cancelled => "stopped; no output was written",
            ExitCodes.Unexpected => $"{exception.GetType().Name}: {exception.Message} (this is a fault of audiocodec; --verbose shows where)",
            _ => exception is ModelNotFoundException { IsPublished: true } missing
                ? $"{missing.Message} Get it with: audiocodec models pull {missing.ModelName}"
                : exception.Message,
        };
    }
}
