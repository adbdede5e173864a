using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Loading;
using AudioCodec.Torch;
using AudioCodec.Torch.Loading;
using TorchSharp;

namespace AudioCodec.Cli.Options;

/// <summary>The option that says where a codec's networks run.</summary>
internal sealed class DeviceOption
{
    private const string Cuda = "cuda";
    private const string Torch = "torch";

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where the codec runs: cpu; cuda or cuda:1, which need a libtorch with CUDA ('audiocodec torch' tells); auto for cuda where it is; torch for libtorch on the CPU.",
        DefaultValueFactory = _ => "cpu",
        HelpName = "device",
    };

    private readonly Option<string> _precision = new Option<string>("--precision")
    {
        Description = "Arithmetic of --device: fp32, or tf32, which a GPU computes faster and which changes some codes.",
        DefaultValueFactory = _ => "fp32",
        HelpName = "format",
    }.AcceptOnlyFromAmong("fp32", "tf32");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_device);
        command.Options.Add(_precision);
        _precision.Validators.Add(result =>
        {
            string device = result.GetResult(_device) is { Tokens: [var name, ..] } ? name.Value : "cpu";
            if (device == "cpu" && result.Tokens is [{ Value: "tf32" }])
            {
                result.AddError("--precision tf32 is for --device cuda; the managed engine computes in fp32.");
            }
        });
        _device.Validators.Add(result =>
        {
            string name = result.Tokens.Count == 1 ? result.Tokens[0].Value : "cpu";
            if (name is not ("cpu" or Cuda or "auto" or Torch) && NumberOf(name) is null)
            {
                result.AddError($"--device {name}: cpu, cuda, cuda:N, auto or torch is expected.");
            }
        });
    }

    /// <summary>Creates the engine that is asked for; <see langword="null"/> for the managed one.</summary>
    public Func<LoadedCheckpoint, ICodecEngine>? Read(ParseResult parseResult)
    {
        string name = parseResult.GetValue(_device) ?? "cpu";
        if (name == "auto")
        {
            try
            {
                LibTorch.Load(cuda: true);
            }
            catch (LibTorchException)
            {
                return null;
            }
        }

        TorchPrecision precision = parseResult.GetValue(_precision) == "tf32" ? TorchPrecision.TensorFloat32 : TorchPrecision.Full;
        return name == "cpu" ? null : checkpoint => OnTorch(checkpoint, name != Torch, NumberOf(name) ?? 0, precision);
    }

    private static TorchCodecEngine OnTorch(LoadedCheckpoint checkpoint, bool cuda, int number, TorchPrecision precision)
    {
        LibTorch.Load(cuda);
        return LoadOnTorch(checkpoint, cuda, number, precision);
    }

    /// <summary>A method of its own, so that nothing of libtorch is asked for before it is loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchCodecEngine LoadOnTorch(LoadedCheckpoint checkpoint, bool cuda, int number, TorchPrecision precision)
    {
        int there = cuda ? torch.cuda.device_count() : 1;
        return number < there
            ? TorchCodecEngine.Load(checkpoint.Config, checkpoint.Weights, cuda ? new torch.Device(DeviceType.CUDA, number) : torch.CPU, precision)
            : throw new LibTorchException($"There is no device cuda:{number}: libtorch sees {there}. 'audiocodec torch' lists them.");
    }

    private static int? NumberOf(string name) =>
        name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
