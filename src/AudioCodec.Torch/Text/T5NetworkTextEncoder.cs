using AudioCodec.Numerics;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Text;

/// <summary>A T5 tokenizer and network as a text encoder on a device of libtorch.</summary>
public sealed class T5NetworkTextEncoder : ITextEncoder
{
    private readonly Lock _lock = new();
    private readonly T5EncoderNetwork _network;
    private readonly T5Tokenizer _tokenizer;

    /// <summary>Joins a tokenizer and a network.</summary>
    /// <param name="network">The network, on the device where it shall run; disposed with this object.</param>
    /// <param name="tokenizer">Tokenizer for its vocabulary.</param>
    internal T5NetworkTextEncoder(T5EncoderNetwork network, T5Tokenizer tokenizer)
    {
        _network = network;
        _tokenizer = tokenizer;
    }

    /// <inheritdoc/>
    public int Width => _network.Config.Dimension;

    /// <summary>Loads a folder of a T5 model as Hugging Face lays it out; libtorch must be loaded.</summary>
    /// <param name="folder">As for <see cref="T5TextEncoder.Load"/>.</param>
    /// <param name="device">Where to run.</param>
    /// <exception cref="CheckpointException">A file is missing, damaged or hostile, or its tensors are not those of the configuration.</exception>
    /// <exception cref="ConfigException">The configuration is of another model, or has a value that is not allowed.</exception>
    public static T5NetworkTextEncoder Load(string folder, Device device)
    {
        using T5Folder files = T5Folder.Open(folder);
        var network = new T5EncoderNetwork(files.Config, new SplitMix(0));
        try
        {
            network.Load(T5EncoderTensors.Select(files.Config, files.Tensors));
            network.to(device);
        }
        catch
        {
            network.Dispose();
            throw;
        }

        return new T5NetworkTextEncoder(network, files.Tokenizer);
    }

    /// <inheritdoc/>
    public TextStates Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] tokens = T5TextEncoder.Tokens(_tokenizer, text);
        lock (_lock)
        {
            using IDisposable silent = no_grad();
            using DisposeScope scope = NewDisposeScope();
            Tensor ids = tensor(tokens, [1, tokens.Length], dtype: ScalarType.Int64, device: _network.Device);
            Tensor states = _network.call(ids, ones([1, tokens.Length], dtype: ScalarType.Bool, device: _network.Device), 0);
            return new TextStates(states.cpu().contiguous().data<float>().ToArray(), Width);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
