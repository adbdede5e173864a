using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using AudioCodec.Cli.Options;
using AudioCodec.Torch.Loading;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec torch</c>: which libtorch training and <c>--device cuda</c> run on, or how to get one.</summary>
internal static class TorchCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "cpu or cuda: which libtorch would be used for it.", DefaultValueFactory = _ => "cpu" };
        device.AcceptOnlyFromAmong("cpu", "cuda");
        var report = new ReportOptions();
        var command = new Command("torch", "Tell which libtorch training runs on, its version and devices, or the command that gets one.");
        command.Options.Add(device);
        report.AddTo(command);
        command.SetAction(parseResult =>
        {
            CliSession session = CliSession.Of(parseResult);
            bool cuda = parseResult.GetValue(device) == "cuda";
            if (report.IsJson(parseResult))
            {
                TorchReport found = Json(cuda);
                ReportOptions.Write(session, JsonSerializer.SerializeToNode(found, TorchReportContext.Default.TorchReport)!); // A record is never null.
                return found.Found ? ExitCodes.Success : ExitCodes.Torch;
            }

            Write(session, LibTorch.Load(cuda));
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec torch", "version, folder and devices of the libtorch that 'train' uses"),
            ("audiocodec torch --device cuda --json", "the same of the one that 'train --device cuda' uses, as JSON"));
    }

    private static void Write(CliSession session, LibTorch torch)
    {
        session.Output.WriteLine($"libtorch    {torch.Version}{(torch.HasCuda ? " with CUDA" : "")}");
        session.Output.WriteLine($"found       {torch.Place}");
        session.Output.WriteLine($"folder      {torch.Folder}");
        session.Output.WriteLine($"devices     {string.Join(", ", torch.Devices)}");
        session.Output.WriteLine($"TorchSharp  {LibTorch.TorchSharpVersion}");
    }

    private static TorchReport Json(bool cuda)
    {
        try
        {
            LibTorch torch = LibTorch.Load(cuda);
            return new TorchReport(true, torch.Version.ToString(), torch.Place, torch.Folder, torch.HasCuda, [.. torch.Devices], LibTorch.TorchSharpVersion);
        }
        catch (LibTorchException error)
        {
            return new TorchReport(false, TorchSharp: LibTorch.TorchSharpVersion, Problem: error.Message, Command: LibTorchSearch.DownloadCommand);
        }
    }
}

/// <summary>What <c>audiocodec torch --json</c> writes.</summary>
/// <param name="Found">Whether there is a libtorch that can be used.</param>
/// <param name="Version">Its version.</param>
/// <param name="Place">Where it was found, in words.</param>
/// <param name="Folder">The folder of its libraries.</param>
/// <param name="Cuda">Whether it was built with CUDA.</param>
/// <param name="Devices"><c>cpu</c>, then each GPU with its name.</param>
/// <param name="TorchSharp">TorchSharp's version.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="Command">What gets one.</param>
internal sealed record TorchReport(
    bool Found,
    string? Version = null,
    string? Place = null,
    string? Folder = null,
    bool? Cuda = null,
    string[]? Devices = null,
    [property: JsonPropertyName("torchsharp")] string? TorchSharp = null,
    string? Problem = null,
    string? Command = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TorchReport))]
internal sealed partial class TorchReportContext : JsonSerializerContext;
