using AudioCodec.Files;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Files;

public sealed class FileIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AreSame_LinksAndOtherSpellings_AreOneFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.WriteAllBytes(_folder["a.wav"], [1]);
        File.WriteAllBytes(_folder["b.wav"], [1]);
        Directory.CreateDirectory(_folder["sub"]);
        File.CreateSymbolicLink(_folder["link"], "a.wav");
        File.CreateSymbolicLink(_folder["sub/linked-twice"], "../link");
        Directory.CreateSymbolicLink(_folder["other"], "sub");
        foreach (string same in new[] { "a.wav", "./a.wav", "sub/../a.wav", "link", "sub/linked-twice", "other/linked-twice" })
        {
            Assert.True(FileIdentity.AreSame(_folder["a.wav"], _folder[same]), same);
        }

        Assert.False(FileIdentity.AreSame(_folder["a.wav"], _folder["b.wav"]));
        Assert.False(FileIdentity.AreSame(_folder["none"], _folder["none"]));
    }

    /// <summary>The link's text starts at the folder in which the link really lies.</summary>
    [Fact]
    public void Resolve_RelativeLinkInALinkedFolder_LeadsToTheRealPlace()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string root = FileIdentity.Resolve(_folder.Root);
        Directory.CreateDirectory(_folder["deep/er"]);
        Directory.CreateSymbolicLink(_folder["short"], "deep/er");
        File.CreateSymbolicLink(_folder["deep/er/out"], "../target");
        Assert.Equal(Path.Combine(root, "deep/target"), FileIdentity.Resolve(_folder["short/out"]));
        Assert.Equal(Path.Combine(root, "new/file"), FileIdentity.Resolve(_folder["new/file"]));
    }

    [Fact]
    public void Resolve_LinksInACircle_Fail()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.CreateSymbolicLink(_folder["a"], "b");
        File.CreateSymbolicLink(_folder["b"], "a");
        Assert.Contains("lead to each other", Assert.Throws<IOException>(() => FileIdentity.Resolve(_folder["a"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null", true)]
    [InlineData("/dev/shm/a.wav", false)]
    [InlineData("/dev/no-such-device", false)]
    [InlineData("null", false)]
    public void IsDevice_OnlyForWhatMustNotBeReplaced(string path, bool expected) =>
        Assert.Equal(expected && !OperatingSystem.IsWindows(), FileIdentity.IsDevice(path));
}
