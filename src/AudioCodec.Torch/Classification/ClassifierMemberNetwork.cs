using AudioCodec.Classification;
using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Torch.Classification;

/// <summary>One network of a sound classifier; <see cref="ClassifierMember"/> says what it computes.</summary>
internal sealed class ClassifierMemberNetwork : nn.Module<Tensor, double, Tensor>
{
    [ComponentName(Name = "convs")]
    private readonly ModuleGroup _namedConvs;

    [ComponentName(Name = "norms")]
    private readonly ModuleGroup _namedNorms;

    [ComponentName(Name = "embedding")]
    private readonly MixedLinear _embedding;

    [ComponentName(Name = "head")]
    private readonly MixedLinear _head;

    private readonly PlainConv2d[] _convs;
    private readonly BatchNorm[] _norms;

    /// <summary>Creates a network with fresh weights.</summary>
    public ClassifierMemberNetwork(ClassifierConfig config, SplitMix random)
        : base(nameof(ClassifierMemberNetwork))
    {
        int[] channels = [1, .. config.Filters];
        _convs = [.. Enumerable.Range(0, config.Filters.Count).Select(i => new PlainConv2d(channels[i], channels[i + 1], ClassifierTensors.KernelSize, random))];
        _norms = [.. config.Filters.Select(filters => new BatchNorm(filters, ClassifierTensors.NormEpsilon))];
        _namedConvs = ModuleGroup.Numbered(_convs);
        _namedNorms = ModuleGroup.Numbered(_norms);
        _embedding = new MixedLinear(channels[^1] * ClassifierTensors.FinalBands(config), config.Embedding, random);
        _head = new MixedLinear(config.Embedding, config.Labels.Count, random);
        RegisterComponents();
    }

    /// <summary>Logits of windows: [B, window frames, bands] to [B, classes].</summary>
    /// <param name="windows">Scaled windows of <see cref="LogMelFrames"/>.</param>
    /// <param name="dropout">Probability that a value before the embedding is dropped.</param>
    public override Tensor forward(Tensor windows, double dropout)
    {
        Tensor x = windows.unsqueeze(1);
        for (int layer = 0; layer < _convs.Length; layer++)
        {
            x = functional.relu(_norms[layer].call(_convs[layer].call(x)));
            if (layer < _convs.Length - 1)
            {
                x = layer == 0 ? functional.max_pool2d(x, 2) : functional.avg_pool2d(x, 2);
            }
        }

        Tensor pooled = (x.mean([2L]) + x.amax([2L])).flatten(1);
        return _head.call(functional.relu(_embedding.call(functional.dropout(pooled, dropout, training: dropout > 0))));
    }
}
