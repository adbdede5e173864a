using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Models;

namespace AudioCodec.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_TinyModel_LoadsToTheSameTensorsAndKeepsAnExistingModel()
    {
        string model = TinyModel.Install(_folder);
        string target = _folder["exported"];

        Assert.Equal(ExitCodes.Success, await CommandLine.RunAsync(["export", model, "-o", target, "--fp32"], new CliSession(), default));
        LoadedCheckpoint expected = CheckpointLoader.Load(model);
        LoadedCheckpoint found = CheckpointLoader.Load(target);
        Assert.Equal(CheckpointStatus.Preview, found.Status);
        foreach (string name in found.Weights.Tensors.Keys)
        {
            Assert.Equal(expected.Weights.Tensors[name].Values, found.Weights.Tensors[name].Values);
        }

        CheckpointFolder.VerifySums(target);
        Assert.Equal(ExitCodes.InputOutput, await CommandLine.RunAsync(["export", model, "-o", target], new CliSession(), default));
    }
}
