using System.Globalization;
using System.Runtime.CompilerServices;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Transformer;
using AudioCodec.Numerics;
using AudioCodec.Torch.Generation;
using AudioCodec.Torch.Loading;
using TorchSharp;

namespace AudioCodec.Torch;

/// <summary>Where networks run, by a name; libtorch is loaded when the first network is.</summary>
/// <remarks>
/// <c>cpu</c> is the managed engine, <c>torch</c> libtorch on the CPU, <c>cuda</c> or <c>cuda:1</c> a GPU, <c>auto</c> the first GPU where there is one that
/// libtorch can use, and the managed engine elsewhere.
/// </remarks>
public sealed record ComputeDevice
{
    private const string Cuda = "cuda";

    private readonly int _number;

    private ComputeDevice(string name, int number) => (Name, _number) = (name, number);

    /// <summary>The managed engine.</summary>
    public static ComputeDevice Managed { get; } = new("cpu", 0);

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>How exactly networks of codecs are computed.</summary>
    public TorchPrecision Precision { get; init; }

    /// <summary>Whether libtorch is needed.</summary>
    public bool NeedsTorch => Name is not ("cpu" or "auto");

    /// <summary>The device of a name; <see langword="null"/> where it is none.</summary>
    public static ComputeDevice? TryParse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "cpu" => Managed,
            Cuda or "auto" or "torch" => new ComputeDevice(name, 0),
            ['c', 'u', 'd', 'a', ':', .. var digits] when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => new ComputeDevice(name, number),
            _ => null,
        };
    }

    /// <summary>Loads a codec's networks.</summary>
    /// <param name="checkpoint">Configuration and weights.</param>
    /// <exception cref="CheckpointException">The weights are not those of the configuration.</exception>
    /// <exception cref="LibTorchException">There is no libtorch that can be used, or no such device.</exception>
    public ICodecEngine CreateEngine(LoadedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        return IsManaged() ? EncodecModel.Load(checkpoint.Config, checkpoint.Weights) : LoadCodec(checkpoint);
    }

    /// <summary>Loads a generator's transformer on libtorch.</summary>
    /// <param name="config">Configuration.</param>
    /// <param name="weights">Its tensors; not needed afterwards.</param>
    /// <param name="format">How the weights are kept, not <see cref="WeightFormat.I8"/>; <see langword="null"/> for half precision on a GPU and single on a CPU.</param>
    /// <exception cref="InvalidOperationException">The device is the managed engine: <see cref="IsManaged"/>.</exception>
    /// <inheritdoc cref="CreateEngine" path="/exception"/>
    public ITokenModel CreateTransformer(TokenModelConfig config, StateDict weights, WeightFormat? format) => !IsManaged()
        ? LoadTransformer(config, weights, format)
        : throw new InvalidOperationException($"The device '{Name}' is the managed engine here, which loads transformers itself.");

    /// <summary>Whether networks run on the managed engine; loads libtorch otherwise.</summary>
    /// <exception cref="LibTorchException">Libtorch is asked for, and there is none that can be used.</exception>
    public bool IsManaged()
    {
        if (Name == "auto")
        {
            try
            {
                LibTorch.Load(cuda: true);
                return CountGpus() == 0;
            }
            catch (LibTorchException)
            {
                return true;
            }
        }

        if (NeedsTorch)
        {
            LibTorch.Load(cuda: Name != "torch");
        }

        return !NeedsTorch;
    }

    // Methods of their own, so that nothing of libtorch is asked for before it is loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CountGpus() => torch.cuda.is_available() ? torch.cuda.device_count() : 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TorchCodecEngine LoadCodec(LoadedCheckpoint checkpoint) => TorchCodecEngine.Load(checkpoint.Config, checkpoint.Weights, Open(), Precision);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TorchTokenModel LoadTransformer(TokenModelConfig config, StateDict weights, WeightFormat? format)
    {
        torch.Device device = Open();
        return TorchTokenModel.Load(
            config,
            weights,
            device,
            (format ?? (device.type == DeviceType.CUDA ? WeightFormat.F16 : WeightFormat.F32)) switch
            {
                WeightFormat.F32 => torch.ScalarType.Float32,
                WeightFormat.BF16 => torch.ScalarType.BFloat16,
                _ => torch.ScalarType.Float16,
            });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private torch.Device Open()
    {
        if (Name == "torch")
        {
            return torch.CPU;
        }

        int there = CountGpus();
        return _number < there
            ? new torch.Device(DeviceType.CUDA, _number)
            : throw new LibTorchException($"There is no device cuda:{_number}: libtorch sees {there}. 'audiocodec torch' lists them.");
    }
}
