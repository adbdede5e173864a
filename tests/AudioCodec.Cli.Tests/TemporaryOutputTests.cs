using AudioCodec.Cli.InputOutput;

namespace AudioCodec.Cli.Tests;

public sealed class TemporaryOutputTests
{
    [Fact]
    public void Constructor_ExistingTargetWithoutOverwrite_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.ecdc"], [9]);
        IOException exception = Assert.Throws<IOException>(() => new TemporaryOutput(folder["a.ecdc"], overwrite: false));
        Assert.Contains("-f", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["a.ecdc"], folder.Files());
    }

    [Fact]
    public void Commit_TargetAppearedMeanwhile_KeepsThatTarget()
    {
        using var folder = new TemporaryFolder();
        using (var output = new TemporaryOutput(folder["a.ecdc"], overwrite: false))
        {
            File.WriteAllBytes(folder["a.ecdc"], [7]);
            Assert.Throws<IOException>(output.Commit);
        }

        Assert.Equal(["a.ecdc"], folder.Files());
        Assert.Equal([7], File.ReadAllBytes(folder["a.ecdc"]));
    }

    [Fact]
    public void Check_MissingFolder_NamesIt()
    {
        using var folder = new TemporaryFolder();
        DirectoryNotFoundException exception =
            Assert.Throws<DirectoryNotFoundException>(() => TemporaryOutput.Check(folder["no/such/a.ecdc"], overwrite: true));
        Assert.Contains(folder["no/such"], exception.Message, StringComparison.Ordinal);
    }
}
