namespace AudioCodec.Cli.Session;

/// <summary>The process's exit codes; the README lists them for users.</summary>
internal static class ExitCodes
{
    /// <summary>What a user is told about the codes.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> Meanings { get; } =
    [
        (Success, "all went well"),
        (Unexpected, "an unexpected error: a fault of this program"),
        (Usage, "the command line is wrong"),
        (Audio, "audio that cannot be read"),
        (Bitstream, "a damaged or unknown .ecdc file, or a file or codes of another model"),
        (Checkpoint, "a checkpoint that is missing, damaged or does not fit, or a damaged array of codes"),
        (Config, "a configuration with an unknown key or a bad value"),
        (InputOutput, "a file that cannot be opened or written, or an output that exists already"),
        (PartialFailure, "of several files, some failed"),
        (Training, "training cannot go on: a number is not finite, or the run's folder cannot be written"),
        (Torch, "no libtorch that can be used: none was found, or one of another version"),
        (Cancelled, "stopped by Ctrl-C or SIGTERM"),
    ];

    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>An error that is none of the kinds below: a fault of this program.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line is wrong: unknown option, missing argument, value out of range.</summary>
    public const int Usage = 2;

    /// <summary>Audio that cannot be read: <see cref="AudioFormatException"/>.</summary>
    public const int Audio = 3;

    /// <summary>A damaged or unknown <c>.ecdc</c> stream: <see cref="BitstreamException"/>.</summary>
    public const int Bitstream = 4;

    /// <summary>A checkpoint that is missing, damaged or does not fit: <see cref="CheckpointException"/>.</summary>
    public const int Checkpoint = 5;

    /// <summary>A configuration with an unknown key or bad value: <see cref="ConfigException"/>.</summary>
    public const int Config = 6;

    /// <summary>A file that cannot be opened, created or written; a download that failed; an output that exists already.</summary>
    public const int InputOutput = 7;

    /// <summary>Of several files, some failed.</summary>
    public const int PartialFailure = 8;

    /// <summary>Training cannot go on: <see cref="Training.Trainers.TrainingException"/>.</summary>
    public const int Training = 9;

    /// <summary>No libtorch can be used: <see cref="AudioCodec.Torch.Loading.LibTorchException"/>.</summary>
    public const int Torch = 10;

    /// <summary>Stopped by Ctrl-C or SIGTERM.</summary>
    public const int Cancelled = 130;
}
