using AudioCodec.Audio;
using AudioCodec.Classification;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Classification;

namespace AudioCodec.Training.Tests.Data.Classification;

public sealed class LabelledClipsTests
{
    private static readonly string[] s_labels = ["dog", "sea waves"];

    [Fact]
    public void Find_Manifest_GivesClassesFoldsAndBackgrounds()
    {
        AudioClip[] clips =
        [
            new("x/esc-1-3-a.flac", "env") { Labels = ["Sea Waves"] }, new("x/other.flac", "env") { Labels = ["animal", "dog"] }, new("x/esc-0-12-b.flac", "env") { Labels = ["dog"] },
            new("wind.flac", "env") { Labels = ["wind"] }, new("waves.flac", "env") { Labels = ["waves"] }, new("song.flac", "music") { Labels = ["piano"] },
        ];
        IReadOnlyList<LabelledClip> found = LabelledClips.Find(clips, s_labels, new ClassifierDataSettings { FoldPattern = @"^esc-\d-(\d+)-" });
        Assert.Equal([("esc-1-3-a.flac", 1, 3), ("other.flac", 0, 0), ("esc-0-12-b.flac", 0, 12), ("wind.flac", -1, 0)], found.Select(f => (Path.GetFileName(f.Clip.Path), f.Class, f.Fold)));
    }

    [Fact]
    public void Find_FilesWithoutLabels_TakesTheirKinds()
    {
        AudioClip[] clips = [new("a.flac", "Dog"), new("b.flac", "sea waves"), new("c.flac", "env"), new("d.flac", "cat")];
        Assert.Equal([("a", 0), ("b", 1), ("c", -1)], LabelledClips.Find(clips, s_labels, new ClassifierDataSettings()).Select(f => (f.Clip.Title, f.Class)));
    }

    [Fact]
    public void Find_WithoutPattern_DealsTheFilesOfEachClass()
    {
        AudioClip[] clips = [.. Enumerable.Range(0, 6).Select(i => new AudioClip($"{i}.flac") { Labels = [s_labels[i % 2]] })];
        Assert.Equal([1, 1, 2, 2, 1, 1], LabelledClips.Find(clips, s_labels, new ClassifierDataSettings { Folds = 2 }).Select(f => f.Fold));
    }

    [Fact]
    public void Find_FoldThatIsNoNumber_IsRefused()
    {
        ConfigException error = Assert.Throws<ConfigException>(() =>
            LabelledClips.Find([new AudioClip("esc-a.flac") { Labels = ["dog"] }], s_labels, new ClassifierDataSettings { FoldPattern = "^esc-(.)" }));
        Assert.Equal("data.fold_pattern", error.Key);
    }

    [Fact]
    public void Batch_NeverHoldsTheFoldThatIsKeptFromItsNetwork()
    {
        // Recordings of fold 1 are louder at the top, those of fold 2 at the bottom; without changes a window shows which it is from.
        ClassifierConfig config = new() { Name = "t", Labels = ["a", "b"], MelBands = 8, WindowFrames = 8, WindowStepFrames = 8, Filters = [2], Members = 2 };
        ClassifierDataSettings data = new() { Folds = 2, BatchSize = 16, MixProbability = 0, BackgroundProbability = 0, EqualizerDb = 0, ShiftBands = 0, MaskBands = 0, MaskFrames = 0 };
        SpectrogramSet[] sets =
        [
            .. from type in Enumerable.Range(0, 2)
               from fold in Enumerable.Range(1, 2)
               let bands = Enumerable.Range(0, 12 * 8).Select(i => (i % 8 < 4 == (fold == 1) ? 0f : -5f) - (0.05f * (i / 8))).ToArray()
               select new SpectrogramSet(new LabelledClip(new AudioClip("x"), type, fold), [bands, bands]),
        ];
        var sampler = new WindowSampler(config, data, sets, 3);
        for (int member = 0; member < 2; member++)
        {
            WindowBatch batch = sampler.Batch(7, member);
            bool firstBandsLoud = WindowSampler.HeldOutFold(member, 2) != 1;
            Assert.All(batch.Windows.Chunk(64), window => Assert.Equal(firstBandsLoud, window.Chunk(8).Any(frame => frame[0] > frame[7])));
            Assert.All(batch.Targets.Chunk(2), target => Assert.Equal(1, target.Sum(), 1e-5));
            Assert.Equal(batch.Windows, new WindowSampler(config, data, sets, 3).Batch(7, member).Windows);
            Assert.NotEqual(batch.Windows, sampler.Batch(8, member).Windows);
        }

        Assert.Throws<ConfigException>(() => new WindowSampler(config, data, [.. sets.Where(s => s.Source.Fold != 2)], 3));
    }
}
