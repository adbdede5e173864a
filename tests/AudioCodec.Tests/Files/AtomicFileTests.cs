using AudioCodec.Files;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Commit_NewTarget_HoldsTheBytesAndNothingElseIsLeft()
    {
        using (var file = new AtomicFile(_folder["a.bin"]))
        {
            file.Stream.Write([1, 2, 3]);
            Assert.False(File.Exists(_folder["a.bin"]));
            file.Commit();
        }

        Assert.Equal(["a.bin"], _folder.Files());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["a.bin"]));
    }

    [Fact]
    public void Dispose_WithoutCommit_LeavesTheOldTargetOnly()
    {
        File.WriteAllBytes(_folder["a.bin"], [9]);
        using (var file = new AtomicFile(_folder["a.bin"]))
        {
            file.Stream.Write([1, 2, 3]);
        }

        Assert.Equal(["a.bin"], _folder.Files());
        Assert.Equal([9], File.ReadAllBytes(_folder["a.bin"]));
    }

    [Fact]
    public void Commit_TargetIsALink_ReplacesWhatItLeadsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.WriteAllBytes(_folder["real.bin"], [9]);
        File.CreateSymbolicLink(_folder["link.bin"], _folder["real.bin"]);
        AtomicFile.Write(_folder["link.bin"], [1, 2, 3]);
        Assert.Equal(_folder["real.bin"], new FileInfo(_folder["link.bin"]).LinkTarget);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["real.bin"]));
    }

    [Fact]
    public void Commit_TargetIsALinkToNothing_MakesWhatItLeadsTo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.CreateSymbolicLink(_folder["link.bin"], "real.bin");
        AtomicFile.Write(_folder["link.bin"], [1, 2, 3]);
        Assert.Equal("real.bin", new FileInfo(_folder["link.bin"]).LinkTarget);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder["real.bin"]));
    }

    [Fact]
    public void Commit_LongestPossibleName_IsWritten()
    {
        string name = new('x', 255);
        AtomicFile.Write(_folder[name], [1]);
        Assert.Equal([name], _folder.Files());
    }

    [Fact]
    public void Commit_TargetAppearedMeanwhile_KeepsThatTarget()
    {
        using (var file = new AtomicFile(_folder["a.bin"], overwrite: false))
        {
            File.WriteAllBytes(_folder["a.bin"], [7]);
            Assert.Throws<IOException>(file.Commit);
        }

        Assert.Equal(["a.bin"], _folder.Files());
        Assert.Equal([7], File.ReadAllBytes(_folder["a.bin"]));
    }

    [Fact]
    public void Write_Text_IsUtf8WithoutMark()
    {
        AtomicFile.Write(_folder["a.txt"], "é");
        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(_folder["a.txt"]));
    }

    [Fact]
    public void Constructor_NoSuchFolder_NamesIt()
    {
        IOException exception = Assert.Throws<IOException>(() => new AtomicFile(_folder["no/such/a.bin"]));
        Assert.Contains(_folder["no/such"], exception.Message, StringComparison.Ordinal);
    }
}
