using System.IO.Compression;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Audio;

public sealed class AudioManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("m.jsonl")]
    [InlineData("m.jsonl.gz")]
    public void Read_Lines_GivesWhatTheyState(string name)
    {
        Write(name, """
            {"path": "a/x.flac", "split": "train", "kind": "speech", "duration": 2.5, "bandwidth": 11025}

            {"path": "/z.flac", "title": "", "duration": -1, "bandwidth": 1e999, "sample_rate": 16000, "amplitude": null, "info_path": null}
            {"path": "y.wav", "title": "Why"}
            """);
        AudioClip[] expected =
        [
            new(_folder["a/x.flac"], "speech", 2.5, 11025) { Split = "train" },
            new("/z.flac") { Title = "z" },
            new(_folder["y.wav"]) { Title = "Why" },
        ];
        Assert.Equal(expected, AudioManifest.Read(_folder[name]));
        Assert.True(AudioManifest.IsManifest(name));
    }

    [Fact]
    public void Read_CaptionsAndLabels_AreListsOfTexts()
    {
        Write("m.jsonl", """
            {"path": "a.wav", "captions": ["a dog barks", " ", 3, null, "barking"], "labels": ["dog"]}
            {"path": "b.wav", "captions": "rain falls", "labels": {"rain": 1}}
            {"path": "c.wav", "captions": [], "labels": null}
            """);
        IReadOnlyList<AudioClip> clips = AudioManifest.Read(_folder["m.jsonl"]);
        Assert.Equal([["a dog barks", "barking"], ["rain falls"], []], clips.Select(clip => clip.Captions));
        Assert.Equal([["dog"], [], []], clips.Select(clip => clip.Labels));
    }

    [Theory]
    [InlineData("{\"split\": \"valid\"}", "line 1: 'path' is missing")]
    [InlineData("{\"path\": \"a.wav\"}\nnonsense", "line 2")]
    [InlineData("[]", "line 1")]
    [InlineData("{\"path\": \"a\\u0000.wav\"}", "line 1")]
    [InlineData("{\"path\": \"a.wav\"", "line 1")]
    public void Read_DamagedLine_SaysWhere(string content, string expected)
    {
        Write("m.jsonl", content);
        ConfigException exception = Assert.Throws<ConfigException>(() => AudioManifest.Read(_folder["m.jsonl"]));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotCompressed_Throws()
    {
        File.WriteAllText(_folder["m.jsonl.gz"], "{\"path\": \"a.wav\"}");
        Assert.Throws<ConfigException>(() => AudioManifest.Read(_folder["m.jsonl.gz"]));
        Assert.Throws<ConfigException>(() => AudioManifest.Read(_folder["absent.jsonl"]));
    }

    [Theory]
    [InlineData("a.wav")]
    [InlineData("a.gz")]
    [InlineData("a")]
    public void IsManifest_OtherNames_AreNot(string name) => Assert.False(AudioManifest.IsManifest(name));

    [Fact]
    public void Spread_MoreThanThereAre_GivesAll()
    {
        AudioClip[] clips = [.. Enumerable.Range(0, 10).Select(i => new AudioClip($"{i}.wav"))];
        Assert.Equal(["0", "3", "6"], AudioClip.Spread(clips, 3).Select(clip => clip.Title));
        Assert.Equal(clips, AudioClip.Spread(clips, int.MaxValue));
    }

    private void Write(string name, string content)
    {
        using Stream file = File.Create(_folder[name]);
        using Stream plain = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        plain.Write(Encoding.UTF8.GetBytes(content));
    }
}
