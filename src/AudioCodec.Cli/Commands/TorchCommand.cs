using System.CommandLine;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
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
                TorchReport found = Search(cuda);
                ReportJson.Write(session, found);
                return found.Found ? ExitCodes.Success : ExitCodes.Torch;
            }

            Describe(LibTorch.Load(cuda)).WriteText(session.Output);
            return ExitCodes.Success;
        });
        return command.WithExamples(
            ("audiocodec torch", "version, folder and devices of the libtorch that 'train' uses"),
            ("audiocodec torch --device cuda --json", "the same of the one that 'train --device cuda' uses, as JSON"));
    }

    private static TorchReport Describe(LibTorch torch) => new(
        true, torch.Version.ToString(), torch.Place, torch.Folder, torch.HasCuda, [.. torch.Devices], LibTorch.TorchSharpVersion);

    private static TorchReport Search(bool cuda)
    {
        try
        {
            return Describe(LibTorch.Load(cuda));
        }
        catch (LibTorchException error)
        {
            return new TorchReport(false, TorchSharp: LibTorch.TorchSharpVersion, Problem: error.Message, Command: LibTorchSearch.DownloadCommand);
        }
    }
}
