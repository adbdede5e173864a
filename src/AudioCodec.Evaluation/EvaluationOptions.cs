using AudioCodec.Audio;

namespace AudioCodec.Evaluation;

/// <summary>How an evaluation runs.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Sample rate at which everything is measured: the model's.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Channels with which everything is measured: the model's.</summary>
    public required int Channels { get; init; }

    /// <summary>Length of each file that is evaluated, from its start; whole files where it is <see langword="null"/>.</summary>
    public double? MaxSeconds { get; init; }

    /// <summary>Files processed at the same time.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Excerpts of each kind to keep for spectrograms and players.</summary>
    public int ExamplesPerKind { get; init; }

    /// <summary>Length of an excerpt.</summary>
    public double ExampleSeconds { get; init; } = 4;

    /// <summary>Kinds for which STOI and ESTOI are computed: those that begin with this word.</summary>
    public string SpeechKind { get; init; } = "speech";
}

/// <summary>Progress of an evaluation.</summary>
/// <param name="Done">Files finished.</param>
/// <param name="Total">Files in all.</param>
/// <param name="Clip">The file that was finished last.</param>
public sealed record EvaluationProgress(int Done, int Total, AudioClip Clip);
