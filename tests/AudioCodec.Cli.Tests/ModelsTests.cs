using System.Text.Json.Nodes;

namespace AudioCodec.Cli.Tests;

public sealed class ModelsTests
{
    [Fact]
    public async Task List_Json_NamesLicencesOfTheOfficialModels()
    {
        CliRun run = await CliRun.Of("models", "list", "--json");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        JsonArray models = JsonNode.Parse(run.Text)!.AsArray();
        string[] names = [.. models.Select(model => (string)model!["name"]!)];
        Assert.Contains("encodec_24khz", names);
        Assert.Contains("encodec_48khz", names);
        Assert.All(models, model => Assert.NotEmpty((string)model!["licence"]!));
    }

    [Fact]
    public async Task List_Table_HasARowPerModel()
    {
        CliRun run = await CliRun.Of("models", "list");
        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("encodec_lm_48khz", run.Text, StringComparison.Ordinal);
        Assert.Contains("MB", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_UnknownName_IsAUsageErrorThatListsTheKnown()
    {
        CliRun run = await CliRun.Of("models", "info", "encodec_96khz");
        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("encodec_24khz", run.Errors, StringComparison.Ordinal);
    }
}
