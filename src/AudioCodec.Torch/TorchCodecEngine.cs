using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch;

/// <summary>A codec whose encoder and decoder run on a device of libtorch; the quantizer's search is the managed one.</summary>
/// <remarks>
/// Streams of causal models take constant memory. Others without segments are kept until they end. Read-only once loaded: any number of streams may share one.
/// </remarks>
public sealed class TorchCodecEngine : ICodecEngine, IBatchEncoder
{
    private readonly EncodecNetwork _network;
    private readonly EncodecModel _model;
    private readonly TorchBatchEncoder _batch;

    private TorchCodecEngine(EncodecNetwork network, StateDict weights)
    {
        _network = network;
        EncodecConfig config = network.Config;
        Device device = network.Device;
        bool whole = !config.Causal || config.Norm == ConvNorm.TimeGroupNorm || config.LstmLayers == 0;
        _batch = new TorchBatchEncoder(network, whole);
        _model = EncodecModel.Load(
            config,
            weights,
            () => new TorchSeanetState(network.Encoder, device, config.Channels, config.HopSamples, whole),
            () => new TorchSeanetState(network.Decoder, device, config.Dimension, 1, whole));
    }

    /// <inheritdoc/>
    public EncodecConfig Config => _model.Config;

    /// <summary>Builds the engine from tensors under the official names; libtorch must be loaded.</summary>
    /// <param name="config">The configuration of the model.</param>
    /// <param name="weights">Its tensors; not needed afterwards.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="precision">How exactly to compute; TF32 is allowed or forbidden for the whole process.</param>
    /// <exception cref="CheckpointException">A tensor is missing or has another shape than the configuration says.</exception>
    public static TorchCodecEngine Load(EncodecConfig config, StateDict weights, Device device, TorchPrecision precision = TorchPrecision.Full)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(weights);
        var network = new EncodecNetwork(config, new SplitMix(0));
        try
        {
            network.Load(weights);
            network.to(device);
            network.eval();
            foreach (var parameter in network.parameters())
            {
                parameter.requires_grad_(false);
            }

            if (device.type == DeviceType.CUDA)
            {
                // cuDNN rounds to TF32 unless it is told not to. The setting is the process's.
                backends.cudnn.allow_tf32 = backends.cuda.matmul.allow_tf32 = precision == TorchPrecision.TensorFloat32;
            }

            foreach (ConvParameters convolution in network.modules().OfType<ConvParameters>())
            {
                convolution.Fold();
            }

            return new TorchCodecEngine(network, weights);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ICodecEncoder OpenEncoder(int codebooks, int threads = 1, int? searchWidth = null) => _model.OpenEncoder(codebooks, threads, searchWidth);

    /// <inheritdoc/>
    public ICodecDecoder OpenDecoder(int codebooks, long lengthSamples = long.MaxValue, int threads = 1) => _model.OpenDecoder(codebooks, lengthSamples, threads);

    /// <inheritdoc/>
    public ILatentEncoder OpenLatentEncoder(int threads = 1) => _model.OpenLatentEncoder(threads);

    /// <inheritdoc/>
    double IBatchEncoder.BatchSeconds => _network.Device.type == DeviceType.CUDA ? 320 : 20;

    /// <inheritdoc/>
    EncodedAudio[] IBatchEncoder.EncodeBatch(IReadOnlyList<AudioBuffer> recordings, int codebooks, int threads, int? searchWidth)
    {
        LatentAudio[] latents = _batch.Encode(recordings);
        var encoded = new EncodedAudio[latents.Length];
        Parallel.For(0, latents.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => encoded[i] = _model.Quantize(latents[i], codebooks, searchWidth));
        return encoded;
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
