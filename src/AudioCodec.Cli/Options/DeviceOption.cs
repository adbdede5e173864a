using System.CommandLine;
using AudioCodec.Torch;

namespace AudioCodec.Cli.Options;

/// <summary>The option that says where networks run.</summary>
/// <param name="purpose">What runs there.</param>
internal sealed class DeviceOption(string purpose)
{
    private readonly Option<string> _device = new("--device")
    {
        Description = $"Where {purpose} runs: cpu; cuda or cuda:1, which need a libtorch with CUDA ('audiocodec torch' tells); auto for cuda where it is; torch for libtorch on the CPU.",
        DefaultValueFactory = _ => ComputeDevice.Managed.Name,
        HelpName = "device",
    };

    private readonly Option<string> _precision = new Option<string>("--precision")
    {
        Description = "Arithmetic of --device: fp32, or tf32, which a GPU computes faster and which changes some codes.",
        DefaultValueFactory = _ => "fp32",
        HelpName = "format",
    }.AcceptOnlyFromAmong("fp32", "tf32");

    /// <summary>Adds <c>--device</c> to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_device);
        _device.Validators.Add(result =>
        {
            if (result.Tokens is [var name] && ComputeDevice.TryParse(name.Value) is null)
            {
                result.AddError($"--device {name.Value}: cpu, cuda, cuda:N, auto or torch is expected.");
            }
        });
    }

    /// <summary>Adds <c>--precision</c> to a command that has <c>--device</c>.</summary>
    public void AddPrecisionTo(Command command)
    {
        command.Options.Add(_precision);
        _precision.Validators.Add(result =>
        {
            string device = result.GetResult(_device) is { Tokens: [var name, ..] } ? name.Value : ComputeDevice.Managed.Name;
            if (device == ComputeDevice.Managed.Name && result.Tokens is [{ Value: "tf32" }])
            {
                result.AddError("--precision tf32 is for --device cuda; the managed engine computes in fp32.");
            }
        });
    }

    /// <summary>The device that is asked for.</summary>
    public ComputeDevice Read(ParseResult parseResult)
    {
        ComputeDevice device = ComputeDevice.TryParse(parseResult.GetValue(_device) ?? "") ?? ComputeDevice.Managed; // Not every command has the option.
        return parseResult.CommandResult.Command.Options.Contains(_precision) && parseResult.GetValue(_precision) == "tf32"
            ? device with { Precision = TorchPrecision.TensorFloat32 }
            : device;
    }
}
