namespace AudioCodec.Cli.Tests;

public sealed class TemporaryOutputTests
{
    [Fact]
    public void Commit_NewTarget_HoldsTheBytesAndNothingElseIsLeft()
    {
        using var folder = new TemporaryFolder();
        using (var output = new TemporaryOutput(folder["a.ecdc"], overwrite: false))
        {
            output.Stream.Write([1, 2, 3]);
            Assert.False(File.Exists(folder["a.ecdc"]));
            output.Commit();
        }

        Assert.Equal(["a.ecdc"], folder.Files());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder["a.ecdc"]));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesTheOldTargetOnly()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.ecdc"], [9]);
        using (var output = new TemporaryOutput(folder["a.ecdc"], overwrite: true))
        {
            output.Stream.Write([1, 2, 3]);
        }

        Assert.Equal(["a.ecdc"], folder.Files());
        Assert.Equal([9], File.ReadAllBytes(folder["a.ecdc"]));
    }

    [Fact]
    public void Commit_TargetIsALink_ReplacesWhatItLeadsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["real.ecdc"], [9]);
        File.CreateSymbolicLink(folder["link.ecdc"], folder["real.ecdc"]);
        using (var output = new TemporaryOutput(folder["link.ecdc"], overwrite: true))
        {
            output.Stream.Write([1, 2, 3]);
            output.Commit();
        }

        Assert.Equal(folder["real.ecdc"], new FileInfo(folder["link.ecdc"]).LinkTarget);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(folder["real.ecdc"]));
    }

    [Theory]
    [InlineData("/dev/null", true)]
    [InlineData("/dev/shm/a.wav", false)]
    [InlineData("/dev/no-such-device", false)]
    [InlineData("null", false)]
    public void IsDevice_OnlyForWhatMustNotBeReplaced(string path, bool expected) =>
        Assert.Equal(expected && !OperatingSystem.IsWindows(), Batch.OutputFolder.IsDevice(path));

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
