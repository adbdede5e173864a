using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Evaluation.Tests;

public sealed class EvaluationSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Manifest_GivesTheLinesOfTheSplitAndKind()
    {
        string manifest = Write(
            "set.jsonl",
            """
            {"path": "a/one.flac", "split": "valid", "kind": "speech", "title": "One"}
            {"path": "a/two.flac", "split": "train", "kind": "speech"}

            {"path": "b/three.flac", "split": "valid", "kind": "music", "title": ""}
            """);
        AudioClip speech = Assert.Single(EvaluationSet.Load(manifest, "valid", ["speech"]));
        Assert.Equal(new AudioClip(_folder["a/one.flac"], "speech") { Split = "valid", Title = "One" }, speech);
        Assert.Equal([("music", "three"), ("speech", "One")], EvaluationSet.Load(manifest, "valid").Select(c => (c.Kind, c.Title)));
        Assert.Equal(3, EvaluationSet.Load(manifest).Count);
    }

    [Fact]
    public void Load_Limit_SpreadsOverTheFilesOfEachKind()
    {
        string manifest = Write("set.jsonl", string.Join('\n', Enumerable.Range(0, 10).Select(i => $$"""{"path": "{{i}}.wav", "kind": "k"}""")));
        Assert.Equal(["0", "3", "6"], EvaluationSet.Load(manifest, limitPerKind: 3).Select(c => c.Title));
    }

    [Fact]
    public void Load_Folder_NamesKindsAfterFolders()
    {
        Write("set/speech/someone/x.wav", string.Empty);
        Write("set/music/y.flac", string.Empty);
        Write("set/music/notes.txt", string.Empty);
        Write("set/z.flac", string.Empty);
        Assert.Equal([("music", "y"), ("set", "z"), ("speech", "x")], EvaluationSet.Load(_folder["set"]).Select(c => (c.Kind, c.Title)));
        Assert.Equal([("music", "y")], EvaluationSet.Load(_folder["set/music"]).Select(c => (c.Kind, c.Title)));
        Assert.Equal([("someone", "x")], EvaluationSet.Load(_folder["set"], "speech").Select(c => (c.Kind, c.Title)));
    }

    [Theory]
    [InlineData("{\"split\": \"valid\"}", "line 1: 'path' is missing")]
    [InlineData("", "no audio file")]
    public void Load_BadManifest_SaysWhere(string content, string expected)
    {
        string manifest = Write("set.jsonl", content);
        ConfigException exception = Assert.Throws<ConfigException>(() => EvaluationSet.Load(manifest));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutTheSplit_Throws()
    {
        Directory.CreateDirectory(_folder["plain/speech"]);
        File.WriteAllText(_folder["plain/speech/x.wav"], "");
        Assert.Contains("no subfolder 'valid'", Assert.Throws<ConfigException>(() => EvaluationSet.Load(_folder["plain"], "valid")).Message, StringComparison.Ordinal);
        Assert.Single(EvaluationSet.Load(_folder["plain"]));
    }

    [Fact]
    public void Load_NoSuchPath_Throws() => Assert.Throws<ConfigException>(() => EvaluationSet.Load(_folder["nothing"]));

    private string Write(string name, string content)
    {
        string path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // below the test's folder
        File.WriteAllText(path, content);
        return path;
    }
}
