using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs.Seanet;

/// <summary>Encoder or decoder as a list of layers, first to last: the single source of the architecture and the official names.</summary>
/// <remarks>
/// Source: High Fidelity Neural Audio Compression (arXiv 2210.13438), figure 1. The number in a layer's name is its index in the
/// reference's module list (modules/seanet.py), in which every ELU is a module.
/// </remarks>
internal sealed class SeanetPlan
{
    private const string Encoding = "encoder";
    private const string Decoding = "decoder";
    private readonly EncodecConfig _config;
    private readonly string _network;
    private readonly List<SeanetLayer> _layers = [];
    private int _place;
    private bool _afterElu;

    private SeanetPlan(EncodecConfig config, string network) => (_config, _network) = (config, network);

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<SeanetLayer> Layers => _layers;

    /// <summary>Official names and shapes of all tensors.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors => _layers.SelectMany(layer => layer.Tensors);

    /// <summary>Whether layers are normalized over time, so that they need a whole signal at once.</summary>
    public bool IsNormalizedOverTime => _config.Norm == ConvNorm.TimeGroupNorm;

    /// <summary>Input rows of each layer in one frame.</summary>
    public int[] RowsPerFrame()
    {
        int rows = _network == Decoding ? 1 : _config.HopSamples;
        var counts = new int[_layers.Count];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = rows;
            rows = _layers[i] is ConvLayer conv ? conv.Transposed ? rows * conv.Stride : rows / conv.Stride : rows;
        }

        return counts;
    }

    /// <summary>The encoder: [C, T] samples to [D, T / hop] latents.</summary>
    public static SeanetPlan Encoder(EncodecConfig config)
    {
        SeanetPlan plan = new(config, Encoding);
        int width = config.Filters;
        plan.Conv(config.Channels, width, config.KernelSize);
        foreach (int ratio in config.Ratios.Reverse())
        {
            plan.ResidualUnits(width);
            plan.Elu();
            plan.Down(width, 2 * width, ratio);
            width *= 2;
        }

        plan.Lstm(width);
        plan.Elu();
        plan.Conv(width, config.Dimension, config.LastKernelSize);
        return plan;
    }

    /// <summary>The decoder: [D, F] latents to [C, F * hop] samples.</summary>
    public static SeanetPlan Decoder(EncodecConfig config)
    {
        SeanetPlan plan = new(config, Decoding);
        int width = config.Filters << config.Ratios.Count;
        plan.Conv(config.Dimension, width, config.KernelSize);
        plan.Lstm(width);
        foreach (int ratio in config.Ratios)
        {
            plan.Elu();
            plan.Up(width, width / 2, ratio);
            width /= 2;
            plan.ResidualUnits(width);
        }

        plan.Elu();
        plan.Conv(width, config.Channels, config.LastKernelSize);
        return plan;
    }

    private void Elu()
    {
        _place++;
        _afterElu = true;
    }

    private void Conv(int from, int to, int kernel) => Add(Convolution(NextName(), from, to, kernel));

    private void Down(int from, int to, int ratio) => Add(Convolution(NextName(), from, to, 2 * ratio) with { Stride = ratio });

    private void Up(int from, int to, int ratio) => Add(Convolution(NextName(), from, to, 2 * ratio) with { Stride = ratio, Transposed = true });

    private void ResidualUnits(int width)
    {
        int hidden = width / _config.Compress;
        int dilation = 1;
        for (int unit = 0; unit < _config.ResidualLayers; unit++, dilation *= _config.DilationBase)
        {
            string name = NextName();
            Add(new ResidualLayer(
                name,
                Convolution($"{name}.block.1", width, hidden, _config.ResidualKernelSize) with { Dilation = dilation, AfterElu = true },
                Convolution($"{name}.block.3", hidden, width, 1) with { AfterElu = true },
                _config.TrueSkip ? null : Convolution($"{name}.shortcut", width, width, 1)));
        }
    }

    private void Lstm(int width)
    {
        if (_config.LstmLayers > 0)
        {
            Add(new LstmLayer(NextName(), width, _config.LstmLayers));
        }
    }

    private void Add(SeanetLayer layer)
    {
        _layers.Add(layer);
        _afterElu = false;
    }

    private string NextName() => $"{_network}.model.{_place++}";

    private ConvLayer Convolution(string name, int from, int to, int kernel) => new(name)
    {
        InputChannels = from,
        OutputChannels = to,
        Kernel = kernel,
        AfterElu = _afterElu,
        Norm = _config.Norm,
        Causal = _config.Causal,
        Padding = _config.Padding,
    };
}
