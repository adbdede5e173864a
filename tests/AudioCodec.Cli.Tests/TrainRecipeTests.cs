namespace AudioCodec.Cli.Tests;

/// <summary>A recipe that no model can come of is refused before anything is trained, by file and key.</summary>
public sealed class TrainRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("name: \"my codec\"", "model.name is 'my codec'")]
    [InlineData("residual_layers: 0", "model.residual_layers is 0; allowed: 1 to 8")]
    [InlineData("n_residual_layers: 0", "model.n_residual_layers is not a known key")]
    public async Task DryRun_ModelThatCannotBe_NamesFileAndKey(string line, string expected)
    {
        string recipe = _folder["recipe.yaml"];
        File.WriteAllText(recipe, $"base: {Path.Combine(Fixtures.RepositoryRoot, "configs", "train", "codec_24khz_cpu.yaml")}\nmodel:\n  {line}\n");
        CliRun run = await CliRun.Of("train", "codec", "-c", recipe, "-d", _folder["data"], "-o", _folder["run"], "--dry-run");

        Assert.Equal(ExitCodes.Config, run.ExitCode);
        Assert.Contains($"{recipe}: {expected}", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task DryRun_LanguageModelThatCannotBe_NamesFileAndKey()
    {
        string recipe = _folder["lm.yaml"];
        File.WriteAllText(recipe, "model: {heads: 7}\n");
        CliRun run = await CliRun.Of("train", "lm", "-c", recipe, "-d", _folder["data"], "--codec", _folder["codec"], "-o", _folder["run"], "--dry-run");

        Assert.Equal(ExitCodes.Config, run.ExitCode);
        Assert.Contains($"{recipe}: model.heads is 7; allowed: a divisor of the dimension 200", run.Errors, StringComparison.Ordinal);
    }
}
