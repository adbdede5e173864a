using AudioCodec.Audio;

namespace AudioCodec.Training.Trainers;

/// <summary>What a training run is started with, beside its recipe.</summary>
public sealed record TrainOptions
{
    /// <summary>Folder of audio or JSONL manifest.</summary>
    public required string DataPath { get; init; }

    /// <summary>Folder of the run: checkpoints, logs, samples. A run that is there is resumed.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>Name or path of the codec whose codes a language model is trained on; not used for a codec's own training.</summary>
    public string? Codec { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary><c>fp32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>Checkpoint whose tensors a fresh run starts from, or <see langword="null"/>.</summary>
    public string? InitializeFrom { get; init; }

    /// <summary>Threads of libtorch on a CPU; 0 for its default.</summary>
    public int Threads { get; init; }

    /// <summary>Takes one step and stops: shows that config, data and memory suffice.</summary>
    public bool DryRun { get; init; }

    /// <summary>Step at which this session stops although the recipe goes on, or <see langword="null"/>.</summary>
    public long? StopAtStep { get; init; }

    /// <summary>Draws the spectrogram of a sample, a PNG file; <see langword="null"/> for no pictures.</summary>
    public Func<AudioBuffer, byte[]>? DrawSpectrogram { get; init; }

    /// <summary>Told every line that a user should see.</summary>
    public Action<string> Report { get; init; } = _ => { };
}
