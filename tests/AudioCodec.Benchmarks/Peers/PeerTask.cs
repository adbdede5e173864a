using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Models;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>A network with its weights and an input, the same for all engines.</summary>
/// <param name="Plan">The layers.</param>
/// <param name="Weights">Tensors of the model.</param>
/// <param name="Input">[C, T].</param>
/// <param name="InputChannels">C.</param>
/// <param name="OutputChannels">Channels that come out.</param>
/// <param name="ChunkRows">Rows of the input that the managed engine's streaming coders give at once.</param>
/// <param name="Seconds">Audio that one run is for.</param>
internal sealed record PeerTask(SeanetPlan Plan, StateDict Weights, float[] Input, int InputChannels, int OutputChannels, int ChunkRows, double Seconds)
{
    /// <summary>Names of the models.</summary>
    public static IReadOnlyList<string> Models { get; } = ["encodec_24khz", "encodec_48khz", ModelCatalogue.BundledCodec];

    /// <summary>Length T of the input.</summary>
    public int InputRows => Input.Length / InputChannels;

    /// <summary>Encoder and decoder of a model; the decoder's input is what the encoder gives.</summary>
    /// <param name="model">One of <see cref="Models"/>.</param>
    /// <param name="seconds">Length of the audio, rounded to frames; models with segments get one segment.</param>
    public static (PeerTask Encode, PeerTask Decode) Load(string model, double seconds)
    {
        (EncodecConfig config, StateDict weights) = Find(model);
        int frames = config.SegmentSamples is int segment ? segment / config.HopSamples : (int)(seconds * config.SampleRateHz / config.HopSamples);
        int chunk = config.IsSegmented ? frames : BulkCoding.ChunkFrames(frames);
        double covered = (double)(config.SegmentStrideSamples ?? (frames * config.HopSamples)) / config.SampleRateHz;
        float[] audio = Workload.Signal(config, (double)frames * config.HopSamples / config.SampleRateHz).Samples;
        PeerTask encode = new(SeanetPlan.Encoder(config), weights, audio, config.Channels, config.Dimension, chunk * config.HopSamples, covered);
        using ManagedPeer encoder = new(encode, 1);
        return (encode, new PeerTask(SeanetPlan.Decoder(config), weights, encoder.Output(), config.Dimension, config.Channels, chunk, covered));
    }

    private static (EncodecConfig Config, StateDict Weights) Find(string model)
    {
        if (model != ModelCatalogue.BundledCodec)
        {
            return (Workload.Config(model), Workload.Weights(model));
        }

        string folder = BundledModels.Find(model) ?? throw new DirectoryNotFoundException($"There is no checkpoint of {model}.");
        LoadedCheckpoint checkpoint = CheckpointLoader.Load(folder);
        return (checkpoint.Config, checkpoint.Weights);
    }
}
