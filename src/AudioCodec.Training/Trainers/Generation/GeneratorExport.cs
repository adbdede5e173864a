using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Files;
using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Models;
using AudioCodec.Text;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>What makes a run's folder a generator's, beside the weights: configuration and tokenizer.</summary>
internal sealed class GeneratorExport
{
    private const string TokenizerFile = "spiece.model";
    private const int MaxPieces = 1 << 20;

    private readonly string _folder;
    private readonly byte[] _tokenizer = [];

    /// <summary>Reads the tokenizer, from the run's folder where it holds one, and puts the configuration together.</summary>
    /// <param name="settings">The recipe.</param>
    /// <param name="codec">The codec whose codes are learnt.</param>
    /// <param name="fingerprint">Fingerprint of its weights.</param>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="ConfigException">The recipe does not fit the codec, or its tokenizer is not there.</exception>
    /// <exception cref="CheckpointException">The tokenizer or the published text encoder is damaged.</exception>
    /// <exception cref="ModelNotFoundException">The published text encoder is not there.</exception>
    public GeneratorExport(GeneratorTrainSettings settings, EncodecConfig codec, WeightsFingerprint fingerprint, string folder)
    {
        _folder = folder;
        T5Config? trained = null;
        int width;
        if (settings.Text.Pretrained.Length > 0)
        {
            using var store = new ModelStore();
            PretrainedText = Directory.Exists(settings.Text.Pretrained) ? settings.Text.Pretrained : store.Find(settings.Text.Pretrained);
            using T5Folder files = T5Folder.Open(PretrainedText);
            width = files.Config.Dimension;
        }
        else
        {
            string kept = Path.Combine(folder, TokenizerFile);
            string path = File.Exists(kept) ? kept : settings.Text.Tokenizer;
            if (!File.Exists(path))
            {
                throw new ConfigException($"text.tokenizer: there is no file '{path}'. Give a SentencePiece unigram model of the captions.", "text.tokenizer");
            }

            _tokenizer = File.ReadAllBytes(path);
            int pieces = T5Tokenizer.Create(_tokenizer, MaxPieces, path).PieceCount;
            Tokenizer = T5Tokenizer.Create(_tokenizer, pieces, path);
            trained = settings.Text.ToConfig(pieces);
            width = trained.Dimension;
        }

        int frames = Math.Max(1, (int)Math.Round(settings.Data.CropSeconds * codec.FrameRateHz));
        Config = new GeneratorConfig
        {
            Name = settings.Model.Name,
            Status = CheckpointStatus.Preview,
            Codec = codec.Name,
            CodecFingerprint = fingerprint,
            SampleRateHz = codec.SampleRateHz,
            FrameRateHz = codec.FrameRateHz,
            Transformer = settings.ToModelConfig(codec, width),
            Pattern = DelayPattern.Standard(settings.Model.Codebooks),
            WindowFrames = frames,
            Defaults = new GenerationDefaults { Frames = frames, StrideFrames = Math.Max(1, frames / 2) },
            TextEncoder = trained,
            TextEncoderName = trained is null ? Path.GetFileName(Path.TrimEndingDirectorySeparator(settings.Text.Pretrained)) : null,
        }.Validated();
    }

    /// <summary>The generator's configuration.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>Tokenizer of the captions; <see langword="null"/> with a published text encoder.</summary>
    public T5Tokenizer? Tokenizer { get; }

    /// <summary>Folder of the published text encoder, or <see langword="null"/>.</summary>
    public string? PretrainedText { get; }

    /// <summary>The configuration as <c>config.json</c> holds it.</summary>
    public string ConfigJson => Encoding.UTF8.GetString(GeneratorConfigJson.Format(Config));

    /// <summary>Writes the tokenizer, where there is one, into the run's folder.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteTokenizer()
    {
        if (_tokenizer.Length > 0)
        {
            AtomicFile.Write(Path.Combine(_folder, TokenizerFile), _tokenizer);
        }
    }
}
