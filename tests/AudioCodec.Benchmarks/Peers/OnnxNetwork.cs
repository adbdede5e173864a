using System.Globalization;
using System.Runtime.InteropServices;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using Google.Protobuf;
using Onnx;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>Writes a network as an ONNX model (operator set 17) for inputs of one length: input <c>x</c>, output <c>y</c>.</summary>
internal sealed class OnnxNetwork : IPeerOperators<string>
{
    private readonly PeerTask _task;
    private readonly GraphProto _graph = new() { Name = "seanet" };

    private OnnxNetwork(PeerTask task) => _task = task;

    /// <summary>The bytes of the model.</summary>
    public static byte[] Write(PeerTask task)
    {
        OnnxNetwork network = new(task);
        network._graph.Input.Add(Value("x", 1, task.InputChannels, task.InputRows));
        string last = PeerNetwork.Apply(task.Plan, network, "x");
        network.Node("Identity", [last], "y");
        network._graph.Output.Add(Value("y", 1, task.OutputChannels, null));
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = network._graph }.ToByteArray();
    }

    /// <inheritdoc/>
    public string Elu(string x) => Node("Elu", [x]);

    /// <inheritdoc/>
    public string Add(string x, string y) => Node("Add", [x, y]);

    /// <inheritdoc/>
    public string Convolve(ConvLayer layer, string x)
    {
        if (layer.PadLeft + layer.PadRight > 0)
        {
            string pads = Constant($"{layer.Name}.pads", [0L, 0, layer.PadLeft, 0, 0, layer.PadRight]);
            x = Node("Pad", [x, pads], null, Text("mode", layer.Padding == PaddingMode.Reflect ? "reflect" : "constant"));
        }

        FoldedConv folded = Constants(layer);
        string y = Node("Conv", [x, $"{layer.Name}.weight", $"{layer.Name}.bias"], null, Integers("strides", layer.Stride), Integers("dilations", layer.Dilation));
        return Normalize(layer, folded.Norm, y);
    }

    /// <inheritdoc/>
    public string ConvolveTransposed(ConvLayer layer, string x)
    {
        FoldedConv folded = Constants(layer);
        string[] inputs = [x, $"{layer.Name}.weight", $"{layer.Name}.bias"];
        AttributeProto strides = Integers("strides", layer.Stride);
        if (folded.Norm is null)
        {
            return Node("ConvTranspose", inputs, null, strides, Integers("pads", layer.TrimLeft, layer.TrimRight));
        }

        string y = Normalize(layer, folded.Norm, Node("ConvTranspose", inputs, null, strides));
        string starts = Constant($"{layer.Name}.starts", [(long)layer.TrimLeft]);
        string ends = Constant($"{layer.Name}.ends", [layer.TrimRight == 0 ? long.MaxValue : -layer.TrimRight]);
        return Node("Slice", [y, starts, ends, Constant($"{layer.Name}.axes", [2L])]);
    }

    /// <inheritdoc/>
    public string Remember(LstmLayer layer, string x)
    {
        string y = Node("Transpose", [x], null, Integers("perm", 2, 0, 1));
        string direction = Constant($"{layer.Name}.direction", [1L]);
        int units = layer.Units;
        for (int i = 0; i < layer.Layers; i++)
        {
            string prefix = $"{layer.Name}.{i}";
            float[] Gates(string name, int columns) => Reorder(_task.Weights.Get($"{layer.StackName}.{name}_l{i}", columns == 1 ? [4 * units] : [4 * units, columns]));
            string input = Constant($"{prefix}.w", Gates("weight_ih", units), 1, 4 * units, units);
            string recurrent = Constant($"{prefix}.r", Gates("weight_hh", units), 1, 4 * units, units);
            string bias = Constant($"{prefix}.b", [.. Gates("bias_ih", 1), .. Gates("bias_hh", 1)], 1, 8 * units);
            string steps = Node("LSTM", [y, input, recurrent, bias], null, new AttributeProto { Name = "hidden_size", Type = AttributeProto.Types.AttributeType.Int, I = units });
            y = Node("Squeeze", [steps, direction]);
        }

        return Node("Transpose", [y], null, Integers("perm", 1, 2, 0));
    }

    /// <summary>From PyTorch's order of gates (input, forget, cell, output) to that of ONNX (input, output, forget, cell).</summary>
    private static float[] Reorder(float[] gates)
    {
        int n = gates.Length / 4;
        return [.. gates[..n], .. gates[(3 * n)..], .. gates[n..(3 * n)]];
    }

    private FoldedConv Constants(ConvLayer layer)
    {
        var folded = FoldedConv.Load(layer, _task.Weights);
        Constant($"{layer.Name}.weight", folded.Weight, layer.WeightShape);
        Constant($"{layer.Name}.bias", folded.Bias, layer.OutputChannels);
        return folded;
    }

    /// <summary>A group norm of one group, as PyTorch exports it: an instance norm of one channel, then gain and offset.</summary>
    private string Normalize(ConvLayer layer, GroupNormWeights? norm, string x)
    {
        if (norm is null)
        {
            return x;
        }

        int channels = layer.OutputChannels;
        string flat = Node("Reshape", [x, Constant($"{layer.Name}.flat", [1L, 1, -1])]);
        string one = Constant($"{layer.Name}.one", [1f], 1);
        string zero = Constant($"{layer.Name}.zero", [0f], 1);
        string normal = Node("InstanceNormalization", [flat, one, zero], null, new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = 1e-5f });
        string shaped = Node("Reshape", [normal, Constant($"{layer.Name}.shape", [1L, channels, -1])]);
        string scaled = Node("Mul", [shaped, Constant($"{layer.Name}.gain", norm.Gain, channels, 1)]);
        return Node("Add", [scaled, Constant($"{layer.Name}.offset", norm.Offset, channels, 1)]);
    }

    private string Node(string type, string[] inputs, string? output = null, params AttributeProto[] attributes)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{type}_{_graph.Node.Count}");
        _graph.Node.Add(new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { output ?? name }, Attribute = { attributes } });
        return output ?? name;
    }

    private string Constant(string name, float[] values, params int[] shape) => Constant(name, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes<float>(values), shape);

    private string Constant(string name, long[] values) => Constant(name, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes<long>(values), [values.Length]);

    private string Constant(string name, TensorProto.Types.DataType type, ReadOnlySpan<byte> values, int[] shape)
    {
        _graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)type, Dims = { shape.Select(n => (long)n) }, RawData = ByteString.CopyFrom(values) });
        return name;
    }

    private static ValueInfoProto Value(string name, params int?[] shape)
    {
        TensorShapeProto dimensions = new();
        foreach (int? length in shape)
        {
            dimensions.Dim.Add(length is int known ? new TensorShapeProto.Types.Dimension { DimValue = known } : new TensorShapeProto.Types.Dimension { DimParam = "time" });
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions } },
        };
    }

    private static AttributeProto Integers(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static AttributeProto Text(string name, string value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };
}
