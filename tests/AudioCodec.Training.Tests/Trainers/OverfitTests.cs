using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Metrics;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Trainers;

namespace AudioCodec.Training.Tests.Trainers;

/// <summary>The whole recipe on one clip: what comes out of the exported model must be that clip.</summary>
public sealed class OverfitTests : IDisposable
{
    private const int SampleRateHz = 8000;

    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    /// <summary>Steps and seed are fixed. Measured: 12.7 dB at 12 kbps and 13.6 dB at 3 kbps (two of eight codebooks, which 250 frames fill).</summary>
    [Fact]
    public void Train_OneClip_ReachesEightDecibels()
    {
        TestTorch.Require();
        float[] clip = Vowels();
        Directory.CreateDirectory(_tiny.Folder("clip"));
        _tiny.Write(Path.Combine(_tiny.Folder("clip"), "clip.wav"), clip.Length, t => clip[t]);
        CodecTrainSettings settings = SettingsFile.Parse<CodecTrainSettings>("""
            model: {name: one_clip, sample_rate_hz: 8000, channels: 1, causal: true, norm: weight_norm, filters: 8, ratios: [8, 4], dimension: 32, lstm_layers: 0, padding: constant, codebooks: 8, codebook_size: 64, bandwidths_kbps: [3, 12]}
            quantizer: {start_step: 200, kmeans_batches: 4, kmeans_iterations: 10}
            data: {crop_seconds: 1, batch_size: 1, split: "", mix_probability: 0, gain_min_db: 0, gain_max_db: 0}
            losses: {l1: 1, mel: 1, mel_form: log, mel_floor: 0.003, mel_powers: [5, 9], balancer_decay: 0.99}
            optimizer: {lr: 0.005, betas: [0.9, 0.99], warmup_steps: 20, schedule: cosine, ema_decay: 0.98}
            run: {steps: 400, log_every: 400, save_every: 1000, valid_every: 1000}
            """);

        using (var trainer = new CodecTrainer(settings, _tiny.Options("run") with { DataPath = _tiny.Folder("clip") }))
        {
            trainer.Run(CancellationToken.None);
        }

        string run = _tiny.Folder("run");
        (EncodecConfig config, _) = EncodecConfigJson.Read(Path.Combine(run, "config.json"));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(run, "model.safetensors"));
        EncodecModel model = EncodecModel.Load(config, file.ToStateDict());
        var original = new AudioBuffer(clip, 1, SampleRateHz);
        double full = SiSdr.ComputeDb(original, model.Decode(model.Encode(original, 12)));
        double quarter = SiSdr.ComputeDb(original, model.Decode(model.Encode(original, 3)));
        Assert.True(full >= 8 && quarter >= 8, $"SI-SDR {full:F2} dB at 12 kbps, {quarter:F2} dB at 3 kbps");
    }

    /// <summary>One second like speech: pulses at a gliding pitch through three moving formants, and a burst of noise between two vowels.</summary>
    private static float[] Vowels()
    {
        var samples = new float[SampleRateHz];
        double phase = 0;
        ulong noise = 1;
        for (int t = 0; t < samples.Length; t++)
        {
            double place = (double)t / samples.Length;
            double pitch = 110 + (60 * Math.Sin(2 * place));
            phase += 2 * Math.PI * pitch / SampleRateHz;
            double voice = 0;
            for (int h = 1; h * pitch < 3600; h++)
            {
                voice += Formants(h * pitch, place) * Math.Sin(h * phase);
            }

            noise = (noise * 6364136223846793005) + 1442695040888963407;
            double burst = Math.Exp(-Math.Pow((place - 0.5) / 0.03, 2));
            double envelope = Math.Sin(Math.PI * place) * (1 - burst);
            samples[t] = (float)((0.25 * envelope * voice) + (0.1 * burst * (((noise >> 40) / (double)(1 << 23)) - 1)));
        }

        return samples;
    }

    private static double Formants(double hz, double place)
    {
        (double Hz, double Width)[] formants = [(700 - (400 * place), 90), (1100 + (900 * place), 120), (2500, 200)];
        return formants.Sum(f => 1 / (1 + Math.Pow((hz - f.Hz) / f.Width, 2)));
    }
}
