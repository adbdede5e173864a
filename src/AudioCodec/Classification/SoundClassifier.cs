using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;

namespace AudioCodec.Classification;

/// <summary>Tells what a recording sounds like: an ensemble of small convolutional networks on log-mel spectrograms.</summary>
/// <remarks>Read-only once loaded; any number of threads may share one.</remarks>
public sealed class SoundClassifier
{
    private readonly ClassifierMember[] _members;
    private readonly LogMelFrames _frames;

    private SoundClassifier(ClassifierConfig config, StateDict weights)
    {
        Config = config.Validated();
        _frames = new LogMelFrames(config);
        _members = [.. Enumerable.Range(0, config.Members).Select(member => new ClassifierMember(config, weights, member))];
    }

    /// <summary>Its configuration: labels, sample rate.</summary>
    public ClassifierConfig Config { get; }

    /// <summary>Values of an embedding.</summary>
    public int EmbeddingSize => Config.Members * Config.Embedding;

    /// <summary>Builds a classifier from tensors.</summary>
    /// <param name="config">Its configuration.</param>
    /// <param name="weights">Its tensors.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape.</exception>
    /// <exception cref="ConfigException">The configuration is not valid.</exception>
    public static SoundClassifier Load(ClassifierConfig config, StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        return new SoundClassifier(config, weights);
    }

    /// <summary>Loads a classifier from a folder with <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <exception cref="CheckpointException">The weights are missing, damaged or not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration cannot be read, or has a value that is not allowed.</exception>
    public static SoundClassifier LoadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string file = Path.Combine(folder, "config.json");
        ClassifierConfig config = ClassifierConfig.Parse(ConfigFile.ReadBytes(file), file);
        return new SoundClassifier(config, CheckpointLoader.LoadTensors(folder));
    }

    /// <summary>Listens to a recording of any length; its volume does not matter. The parts of a long one count alike.</summary>
    /// <param name="audio">Audio at the configuration's sample rate; of several channels the mean is taken. Samples that are not finite count as silence.</param>
    /// <exception cref="ArgumentException">The sample rate is another one.</exception>
    public SoundClassification Classify(AudioBuffer audio)
    {
        ArgumentNullException.ThrowIfNull(audio);
        if (audio.SampleRateHz != Config.SampleRateHz)
        {
            throw new ArgumentException($"{Config.Name} takes audio at {Config.SampleRateHz} Hz; this has {audio.SampleRateHz} Hz. Convert it first.", nameof(audio));
        }

        return Classify(_frames.Compute(audio.ToMono().Channel(0)));
    }

    /// <summary>Classifies a spectrogram of <see cref="LogMelFrames.Compute"/>.</summary>
    internal SoundClassification Classify(ReadOnlySpan<float> bands)
    {
        float[] windows = _frames.Windows(bands);
        int length = Config.WindowFrames * Config.MelBands, count = windows.Length / length;
        var probabilities = new float[Config.Labels.Count];
        var embeddings = new float[count][];
        var logits = new float[Config.Labels.Count];
        for (int i = 0; i < count; i++)
        {
            embeddings[i] = new float[EmbeddingSize];
            for (int member = 0; member < _members.Length; member++)
            {
                _members[member].Run(windows.AsSpan(i * length, length), embeddings[i].AsSpan(member * Config.Embedding, Config.Embedding), logits);
                TensorPrimitives.Divide(logits, (float)Config.Temperature, logits);
                TensorPrimitives.SoftMax(logits, logits);
                TensorPrimitives.Add(probabilities, logits, probabilities);
            }
        }

        TensorPrimitives.Divide(probabilities, count * _members.Length, probabilities);
        return new SoundClassification(probabilities, embeddings);
    }
}
