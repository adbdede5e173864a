using System.Numerics.Tensors;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Torch.Layers;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace AudioCodec.Training.Initialization;

/// <summary>Weights of one convolution on their way from random values to those of a principal-component transform.</summary>
internal sealed class PrincipalConv
{
    private readonly IReadOnlyDictionary<string, Tensor> _tensors;
    private readonly ConvLayer _layer;
    private readonly string _direction;
    private readonly double[] _weights;

    /// <summary>Starts from the values that the network has.</summary>
    /// <param name="tensors">The network's tensors by official name.</param>
    /// <param name="layer">The convolution.</param>
    public PrincipalConv(IReadOnlyDictionary<string, Tensor> tensors, ConvLayer layer)
    {
        (_tensors, _layer) = (tensors, layer);
        _direction = layer.ConvName + (layer.Norm == ConvNorm.WeightNorm ? ".weight_v" : ".weight");
        _weights = [.. tensors[_direction].ToCheckpointTensor().Values.Select(value => (double)value)];
    }

    /// <summary>Adds to the weight of an input in an output.</summary>
    public void Add(int output, int input, int tap, double weight) => _weights[At(output, input, tap)] += weight;

    /// <summary>Multiplies every weight.</summary>
    public void Scale(double factor) => TensorPrimitives.Multiply(_weights, factor, _weights);

    /// <summary>Multiplies the weights of the first outputs.</summary>
    public void Scale(int outputs, double factor) => Each((output, at) => _weights[at] *= output < outputs ? factor : 1);

    /// <summary>Sets all weights of an output to zero.</summary>
    public void Silence(int output) => Each((o, at) => _weights[at] = o == output ? 0 : _weights[at]);

    /// <summary>Stores the convolution: inputs are centered around their offsets, outputs are lifted by theirs.</summary>
    /// <remarks>
    /// The last input of a transposed convolution is the constant channel, which does its centering: nothing else is read from it. A row
    /// of zeros keeps a direction and gets a gain of zero.
    /// </remarks>
    public void Store(double[] inputOffsets, double[] outputOffsets)
    {
        if (_layer.Transposed)
        {
            Silence(_layer.OutputChannels - 1);
            int row = _layer.OutputChannels * _layer.Kernel;
            _weights.AsSpan((_layer.InputChannels - 1) * row, row).Clear();
            inputOffsets = [.. inputOffsets[..^1], 0];
        }

        float[] values = [.. _weights.Select(weight => (float)weight)];
        if (_layer.Norm == ConvNorm.WeightNorm)
        {
            Copy(_layer.ConvName + ".weight_g", Gains(values));
        }

        Copy(_direction, values);
        Copy(_layer.ConvName + ".bias", [.. outputOffsets.Select(offset => (float)offset)]);
        Copy($"{_layer.ConvName}.{ChannelCenter.Name}", [.. inputOffsets.Select(offset => (float)offset)]);
    }

    private float[] Gains(float[] values)
    {
        var gains = new float[_layer.WeightShape[0]];
        int length = values.Length / gains.Length;
        for (int row = 0; row < gains.Length; row++)
        {
            Span<float> direction = values.AsSpan(row * length, length);
            gains[row] = TensorPrimitives.Norm<float>(direction);
            if (gains[row] == 0)
            {
                direction.Fill(1);
            }
        }

        return gains;
    }

    private void Copy(string name, float[] values) => _tensors[name].copy_(tensor(values, _tensors[name].shape));

    private void Each(Action<int, int> entry)
    {
        for (int output = 0; output < _layer.OutputChannels; output++)
        {
            for (int input = 0; input < _layer.InputChannels; input++)
            {
                for (int tap = 0; tap < _layer.Kernel; tap++)
                {
                    entry(output, At(output, input, tap));
                }
            }
        }
    }

    private int At(int output, int input, int tap) =>
        ((_layer.Transposed ? (input * _layer.OutputChannels) + output : (output * _layer.InputChannels) + input) * _layer.Kernel) + tap;
}
