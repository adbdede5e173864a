using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioCodec.Benchmarks.Peers;

/// <summary>The network on libtorch with its own operators, one after the other, as a PyTorch program runs it. libtorch must be loaded.</summary>
internal sealed class TorchPeer : IPeer, IPeerOperators<Tensor>
{
    private readonly PeerTask _task;
    private readonly int _threads;
    private readonly Dictionary<string, (Tensor Weight, Tensor Bias)> _convolutions = [];
    private readonly Dictionary<string, (Tensor Gain, Tensor Offset)> _norms = [];
    private readonly Dictionary<string, LSTM> _memories = [];
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _input;

    public TorchPeer(PeerTask task, int threads)
    {
        (_task, _threads) = (task, threads);
        using IDisposable frozen = no_grad();
        _input = tensor(task.Input, [1, task.InputChannels, task.InputRows]);
        foreach (SeanetLayer layer in task.Plan.Layers)
        {
            Add(layer);
        }

        _scope.Detach([_input, .. _convolutions.Values.SelectMany(c => new[] { c.Weight, c.Bias }), .. _norms.Values.SelectMany(n => new[] { n.Gain, n.Offset })]);
        foreach (LSTM memory in _memories.Values)
        {
            _scope.Detach([.. memory.parameters()]);
        }

        _scope.Dispose();
    }

    /// <inheritdoc/>
    public void BeginTurn() => set_num_threads(_threads);

    /// <inheritdoc/>
    public void Run()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        PeerNetwork.Apply(_task.Plan, this, _input);
    }

    /// <inheritdoc/>
    public float[] Output()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        return PeerNetwork.Apply(_task.Plan, this, _input).contiguous().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        foreach ((Tensor first, Tensor second) in _convolutions.Values.Concat(_norms.Values))
        {
            first.Dispose();
            second.Dispose();
        }

        foreach (LSTM memory in _memories.Values)
        {
            memory.Dispose();
        }
    }

    /// <inheritdoc/>
    public Tensor Elu(Tensor x) => nn.functional.elu(x, 1);

    /// <inheritdoc/>
    public Tensor Add(Tensor x, Tensor y) => x + y;

    /// <inheritdoc/>
    public Tensor Convolve(ConvLayer layer, Tensor x)
    {
        (Tensor weight, Tensor bias) = _convolutions[layer.Name];
        if (layer.PadLeft + layer.PadRight > 0)
        {
            x = nn.functional.pad(x, [layer.PadLeft, layer.PadRight], layer.Padding == PaddingMode.Reflect ? PaddingModes.Reflect : PaddingModes.Constant);
        }

        return Normalize(layer, nn.functional.conv1d(x, weight, bias, layer.Stride, padding: 0, dilation: layer.Dilation));
    }

    /// <inheritdoc/>
    public Tensor ConvolveTransposed(ConvLayer layer, Tensor x)
    {
        (Tensor weight, Tensor bias) = _convolutions[layer.Name];
        Tensor y = Normalize(layer, nn.functional.conv_transpose1d(x, weight, bias, stride: layer.Stride));
        return y.narrow(2, layer.TrimLeft, y.shape[2] - layer.TrimLeft - layer.TrimRight);
    }

    /// <inheritdoc/>
    public Tensor Remember(LstmLayer layer, Tensor x) => _memories[layer.Name].call(x.permute(2, 0, 1)).Item1.permute(1, 2, 0);

    private Tensor Normalize(ConvLayer layer, Tensor x) =>
        _norms.TryGetValue(layer.Name, out var norm) ? nn.functional.group_norm(x, 1, norm.Gain, norm.Offset) : x;

    private void Add(SeanetLayer layer)
    {
        switch (layer)
        {
            case ConvLayer conv:
                var folded = FoldedConv.Load(conv, _task.Weights);
                _convolutions[conv.Name] = (tensor(folded.Weight, [.. conv.WeightShape.Select(n => (long)n)]), tensor(folded.Bias));
                if (folded.Norm is not null)
                {
                    _norms[conv.Name] = (tensor(folded.Norm.Gain), tensor(folded.Norm.Offset));
                }

                break;
            case ResidualLayer unit:
                Add(unit.Reduce);
                Add(unit.Expand);
                if (unit.Shortcut is not null)
                {
                    Add(unit.Shortcut);
                }

                break;
            case LstmLayer lstm:
                LSTM memory = nn.LSTM(lstm.Units, lstm.Units, lstm.Layers);
                foreach ((string name, Parameter parameter) in memory.named_parameters())
                {
                    float[] values = _task.Weights.Get($"{lstm.StackName}.{name}", [.. parameter.shape.Select(n => (int)n)]);
                    parameter.copy_(tensor(values, parameter.shape));
                }

                memory.eval();
                _memories[lstm.Name] = memory;
                break;
            default:
                throw new NotSupportedException(layer.Name);
        }
    }
}
