using AudioCodec.Numerics;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Weight and bias of a convolution of any number of dimensions, weight-normed or plain.</summary>
internal sealed class ConvParameters : nn.Module, ITrainingBuffers
{
    [ComponentName(Name = "weight")]
    private readonly Parameter? _plain;

    [ComponentName(Name = "weight_g")]
    private readonly Parameter? _length;

    [ComponentName(Name = "weight_v")]
    private readonly Parameter? _direction;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = ChannelCenter.Name)]
    private readonly Tensor? _center;

    private Tensor? _folded;

    /// <summary>Draws a weight and sets the bias to zero.</summary>
    /// <param name="shape">Shape of the weight.</param>
    /// <param name="weightNorm">Whether the weight is held as direction and length.</param>
    /// <param name="outputs">Output channels: length of the bias.</param>
    /// <param name="bound">Weights are drawn evenly from minus this to this.</param>
    /// <param name="random">Source of the values.</param>
    /// <param name="centers">Input channels that get a center (<see cref="ChannelCenter"/>): all or none.</param>
    public ConvParameters(long[] shape, bool weightNorm, long outputs, double bound, SplitMix random, long centers = 0)
        : base(nameof(ConvParameters))
    {
        Parameter weight = FreshValues.UniformParameter(random, bound, shape);
        if (weightNorm)
        {
            using IDisposable frozen = no_grad();
            _length = new Parameter(WeightNorm.Length(weight));
            _direction = weight;
        }
        else
        {
            _plain = weight;
        }

        _bias = new Parameter(zeros(outputs));
        _center = centers > 0 ? zeros(centers) : null;
        RegisterComponents();
    }

    /// <summary>The bias, [O].</summary>
    public Tensor Bias => _bias;

    /// <summary>Centers of the input channels, [I], or <see langword="null"/>.</summary>
    public Tensor? Center => _center;

    public IReadOnlyList<string> TrainingBuffers => _center is null ? [] : [ChannelCenter.Name];

    /// <summary>Computes the weight once for all passes to come: for a network that is trained, changed and moved no more.</summary>
    public void Fold()
    {
        using IDisposable frozen = no_grad();
        _folded?.Dispose();
        _folded = Weight().clone().DetachFromDisposeScope();
    }

    public void ResetTrainingBuffers() => _center?.zero_();

    /// <summary>The weight that the convolution uses. With weight norm it is computed here: once for each forward pass.</summary>
    public Tensor Weight() => _folded ?? _plain ?? WeightNorm.Apply(_length!, _direction!); // Without a plain weight there are the other two.

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _folded?.Dispose();
        }

        base.Dispose(disposing);
    }
}
