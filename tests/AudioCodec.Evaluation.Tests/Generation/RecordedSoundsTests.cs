using AudioCodec.Audio;
using AudioCodec.Evaluation.Generation;
using AudioCodec.TestSupport;

namespace AudioCodec.Evaluation.Tests.Generation;

public sealed class RecordedSoundsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FromFolder_List_GivesPromptsAndLabels()
    {
        Write("1.wav");
        Write("deep/2.wav");
        File.WriteAllText(_folder["samples.jsonl"], """
            {"path": "1.wav", "prompt": "a dog barks", "label": "dog", "seed": 7}

            {"path": "deep/2.wav", "label": "rain"}
            """);
        SoundSet set = RecordedSounds.FromFolder(_folder.Root, "generated");
        Assert.Equal(("generated", 2), (set.Name, set.Count));
        Assert.Equal([("a dog barks", "dog"), ("", "rain")], set.Samples.Select(s => (s.Prompt, s.Label)));
        Assert.All(set.Samples, sample => Assert.Equal(800, sample.Audio.LengthSamples));
    }

    [Fact]
    public void FromFolder_WithoutList_TakesFoldersAsLabels()
    {
        Write("dog/1.wav");
        Write("sea waves/2.wav");
        Assert.Equal(["dog", "sea waves"], RecordedSounds.FromFolder(_folder.Root, "g").Samples.Select(s => s.Label));
        Write("3.wav");
        ConfigException unlabelled = Assert.Throws<ConfigException>(() => RecordedSounds.FromFolder(_folder.Root, "g"));
        Assert.Contains("3.wav has no label", unlabelled.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"path": "1.wav"}""", "'label' is missing")]
    [InlineData("""{"label": "dog", "prompt": "a dog"}""", "'path' is missing")]
    [InlineData("""{"path": "1.wav", "label": """, "line 1")]
    [InlineData("[1]", "line 1")]
    [InlineData("", "no prompt")]
    public void FromFolder_DamagedList_SaysWhere(string line, string expected)
    {
        File.WriteAllText(_folder["samples.jsonl"], line);
        ConfigException error = Assert.Throws<ConfigException>(() => RecordedSounds.FromFolder(_folder.Root, "g"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_NothingThere_IsRefused()
    {
        Assert.Throws<ConfigException>(() => RecordedSounds.FromFolder(_folder["nowhere"], "g"));
        Assert.Contains("no audio file", Assert.Throws<ConfigException>(() => RecordedSounds.FromFolder(_folder.Root, "g")).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["samples.jsonl"], """{"path": "missing.wav", "label": "dog"}""");
        Assert.ThrowsAny<IOException>(() => RecordedSounds.FromFolder(_folder.Root, "g").Samples.Count());
    }

    [Fact]
    public void Of_Clips_TakesTheirFirstKnownLabel()
    {
        Write("1.wav");
        AudioClip[] clips = [new(_folder["1.wav"]) { Labels = ["animal", "Dog", "rain"], Captions = ["a dog"] }, new(_folder["2.wav"]) { Labels = ["cat"] }];
        SoundSample sample = Assert.Single(RecordedSounds.Of("real", clips, ["rain", "dog"]).Samples);
        Assert.Equal(("dog", "a dog"), (sample.Label, sample.Prompt));
    }

    [Fact]
    public void Prompts_AreDrawnEvenlyAndRepeatably()
    {
        IReadOnlyList<LabelledPrompt> drawn = PromptList.Draw(PromptList.BuiltIn, 300, 5);
        Assert.All(drawn.GroupBy(p => p.Label), group => Assert.Equal(30, group.Count()));
        Assert.Equal(10, drawn.Select(p => p.Label).Distinct().Count());
        Assert.Equal(drawn, PromptList.Draw(PromptList.BuiltIn, 300, 5));
        Assert.NotEqual(drawn, PromptList.Draw(PromptList.BuiltIn, 300, 6));
        AudioClip[] clips = [new("a") { Labels = ["dog"], Captions = ["one", "two"] }, new("b") { Labels = ["dog"], Captions = ["two"] }, new("c") { Captions = ["none"] }];
        Assert.Equal([new("one", "dog"), new("two", "dog")], PromptList.FromCaptions(clips, ["dog"]));
        Assert.Throws<ConfigException>(() => PromptList.Read(_folder["nowhere.jsonl"]));
    }

    private void Write(string name)
    {
        string path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // below the test's folder
        File.WriteAllBytes(path, WavWriter.ToBytes(ToneClassifier.Tone(440, 800)));
    }
}
