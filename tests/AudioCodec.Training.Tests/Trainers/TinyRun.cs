using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

/// <summary>Runs of a codec that trains in a second, on three tones.</summary>
internal sealed class TinyRun : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("audiocodec-train").FullName;

    public TinyRun()
    {
        Directory.CreateDirectory(Folder("data"));
        for (int i = 0; i < 3; i++)
        {
            int number = i;
            Write($"{i}.wav", 16000, t => (float)(0.4 * Math.Sin(2 * Math.PI * (200 + (150 * number)) * t / 8000)));
        }
    }

    public static CodecTrainSettings Settings() => SettingsFile.Parse<CodecTrainSettings>("""
        model: {name: tiny, sample_rate_hz: 8000, channels: 1, causal: true, norm: weight_norm, filters: 4, ratios: [4, 2], dimension: 16, lstm_layers: 1, padding: constant, codebooks: 4, codebook_size: 16, bandwidths_kbps: [4, 16]}
        quantizer: {start_step: 4, kmeans_batches: 4, kmeans_iterations: 3}
        data: {crop_seconds: 0.25, batch_size: 2, split: ""}
        losses: {l1: 1, mel: 1, mel_form: log, mel_floor: 0.001, mel_powers: [5, 9]}
        discriminator: {filters: 2, windows: [256, 128]}
        optimizer: {lr: 0.003, betas: [0.9, 0.99], warmup_steps: 5, schedule: cosine}
        run: {steps: 8, log_every: 4, save_every: 100, valid_every: 1000, valid_files: 1, valid_seconds: 0.5}
        """);

    /// <summary>Full path of a folder of this test's own.</summary>
    public string Folder(string name) => Path.Combine(_root, name);

    /// <summary>Puts a mono recording at 8 kHz among the data.</summary>
    public void Write(string name, int samples, Func<int, float> sample)
    {
        using FileStream file = File.Create(Path.Combine(Folder("data"), name));
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, samples);
        writer.Write([.. Enumerable.Range(0, samples).Select(sample)]);
        writer.Complete();
    }

    public TrainOptions Options(string run) => new() { DataPath = Folder("data"), RunDirectory = Path.Combine(_root, run), Threads = 1 };

    /// <summary>Trains up to a step as a session that is then stopped would.</summary>
    public void Train(CodecTrainSettings settings, string run, int until)
    {
        using var trainer = new CodecTrainer(settings, Options(run) with { StopAtStep = until });
        Assert.Equal(until, trainer.Run(CancellationToken.None));
    }

    /// <summary>The state that a run left.</summary>
    public StateDict State(string run)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(_root, run, "state.safetensors"));
        return file.ToStateDict();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
