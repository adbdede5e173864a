using AudioCodec.Audio;
using AudioCodec.TestSupport;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tests.Data;

public sealed class ClipListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Manifest_TakesTheSplitAndLinesWithoutOne()
    {
        File.WriteAllLines(_folder["m.jsonl"], ["""{"path": "x.flac", "split": "train"}""", """{"path": "y.flac", "split": "valid"}""", """{"path": "z.flac"}"""]);
        Assert.Equal([_folder["x.flac"], _folder["z.flac"]], ClipList.Read(_folder["m.jsonl"], "train").Select(clip => clip.Path));
    }

    [Fact]
    public void Read_Folder_TakesTheSubfolderOfTheSplitWhereThereIsOne()
    {
        Directory.CreateDirectory(_folder["train"]);
        File.WriteAllBytes(_folder["train/x.flac"], []);
        File.WriteAllBytes(_folder["y.flac"], []);
        Assert.Equal([new AudioClip(_folder["train/x.flac"])], ClipList.Read(_folder.Root, "train"));
        Assert.Equal(2, ClipList.Read(_folder.Root, "valid").Count);
        Assert.Equal(2, ClipList.Read(_folder.Root, "").Count);
    }

    [Fact]
    public void Read_Folder_NamesKindsAfterItsSubfolders()
    {
        foreach (string name in new[] { "a.flac", "music/b.flac", "speech/c.flac", "speech/someone/d.flac", "valid/speech/e.flac" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!); // It lies below the test's folder.
            File.WriteAllBytes(_folder[name], []);
        }

        Assert.Equal(
            [("a", ""), ("b", "music"), ("c", "speech"), ("d", "speech")],
            ClipList.Read(_folder.Root, "train", "valid").Select(clip => (clip.Title, clip.Kind)));
        Assert.Equal([("e", "speech")], ClipList.Read(_folder.Root, "valid", "train").Select(clip => (clip.Title, clip.Kind)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"file\": \"x.wav\"}")]
    [InlineData("")]
    public void Read_DamagedManifest_IsRefused(string line)
    {
        File.WriteAllText(_folder["m.jsonl"], line);
        Assert.Throws<ConfigException>(() => ClipList.Read(_folder["m.jsonl"], "train"));
    }
}
