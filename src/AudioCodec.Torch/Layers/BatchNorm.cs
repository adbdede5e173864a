using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Layers;

/// <summary>Batch normalization of the channels of [B, C, ...] (Ioffe and Szegedy 2015), as PyTorch's but for the count of batches, which nothing needs.</summary>
internal sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    private const double Momentum = 0.1;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _mean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _variance;

    private readonly double _epsilon;

    /// <summary>Starts with gains of 1.</summary>
    /// <param name="channels">Channels C.</param>
    /// <param name="epsilon">Added to the variances.</param>
    public BatchNorm(long channels, double epsilon)
        : base(nameof(BatchNorm))
    {
        _epsilon = epsilon;
        _weight = new Parameter(ones(channels));
        _bias = new Parameter(zeros(channels));
        (_mean, _variance) = (zeros(channels), ones(channels));
        RegisterComponents();
    }

    /// <summary>Normalizes by the batch and updates the running mean and variance in training, normalizes by these otherwise.</summary>
    public override Tensor forward(Tensor x) => nn.functional.batch_norm(x, _mean, _variance, _weight, _bias, training, Momentum, _epsilon);
}
