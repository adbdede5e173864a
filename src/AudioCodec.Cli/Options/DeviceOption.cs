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

    /// <summary>Adds the option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_device);
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
    /// <exception cref="LibTorchException">There is no libtorch with CUDA, and it is asked for.</exception>
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

        return name == "cpu" ? null : checkpoint => OnTorch(checkpoint, name != Torch, NumberOf(name) ?? 0);
    }

    private static TorchCodecEngine OnTorch(LoadedCheckpoint checkpoint, bool cuda, int number)
    {
        LibTorch.Load(cuda);
        return LoadOnTorch(checkpoint, cuda, number);
    }

    /// <summary>A method of its own, so that nothing of libtorch is asked for before it is loaded.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchCodecEngine LoadOnTorch(LoadedCheckpoint checkpoint, bool cuda, int number)
    {
        int there = cuda ? torch.cuda.device_count() : 1;
        return number < there
            ? TorchCodecEngine.Load(checkpoint.Config, checkpoint.Weights, cuda ? new torch.Device(DeviceType.CUDA, number) : torch.CPU)
            : throw new LibTorchException($"There is no device cuda:{number}: libtorch sees {there}. 'audiocodec torch' lists them.");
    }

    private static int? NumberOf(string name) =>
        name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
