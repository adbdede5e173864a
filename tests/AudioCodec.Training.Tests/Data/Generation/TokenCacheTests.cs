using AudioCodec.Codecs;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data.Generation;

namespace AudioCodec.Training.Tests.Data.Generation;

public sealed class TokenCacheTests : IDisposable
{
    private static readonly GeneratorDataSettings s_settings = new() { Variants = 3, Mixtures = 2 };

    private readonly TinyTokens _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Get_FirstVariant_IsTheFilesGreedyCodes()
    {
        TokenSequence first = _tiny.Get(s_settings).Sequences[0];
        ushort[] all = _tiny.Codec.Encode(AudioFile.ReadAll(first.Clip.Path), 16, searchWidth: 1).Segments[0].Codes;
        Assert.Equal(200, first.Frames);
        Assert.Equal(all.Chunk(4).SelectMany(frame => frame[..3]), first.Codes);
        Assert.All(first.LevelsDb[1..^1], level => Assert.InRange(level, -20, -8));
    }

    [Fact]
    public void Get_Variants_DifferInCodes_AndHardlyInLength()
    {
        TokenSet set = _tiny.Get(new GeneratorDataSettings { Variants = 6, PitchSemitones = 0, TiltDb = 0, GainMinDb = 0, GainMaxDb = 0 });
        TokenSequence[] file = [.. set.Sequences.Where(s => s.Clip.Path == _tiny["0.wav"])];
        Assert.Equal(6, file.Length);
        Assert.All(file, s => Assert.InRange(s.Frames, 199, 200));
        Assert.True(file.Select(s => string.Join(' ', s.Codes)).Distinct().Count() > 3);
    }

    [Fact]
    public void Get_Again_ReadsTheSameAndEncodesNothing()
    {
        TokenSet first = _tiny.Get(s_settings);
        Assert.Contains(_tiny.Lines, l => l.StartsWith("encoded", StringComparison.Ordinal));
        _tiny.Lines.Clear();
        AssertEqual(first, _tiny.Get(s_settings));
        Assert.Empty(_tiny.Lines);
        AssertEqual(first, _tiny.Get(s_settings, folder: null));
    }

    [Fact]
    public void Get_StoppedHalfway_GoesOnAndEqualsUnbroken()
    {
        TokenSet unbroken = _tiny.Get(s_settings, "unbroken");
        _ = _tiny.Get(new GeneratorDataSettings { Variants = 1 });
        string kept = Assert.Single(Directory.GetFiles(_tiny["tokens"], "train.env.*"));
        DateTime written = File.GetLastWriteTimeUtc(kept);
        File.WriteAllBytes(Assert.Single(Directory.GetFiles(_tiny["tokens"], "train.music.*")), [1, 2, 3]);
        AssertEqual(unbroken, _tiny.Get(s_settings));
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));
    }

    [Fact]
    public void Get_ShardWithCodesThatDoNotFit_IsMadeAgain()
    {
        TokenSet expected = _tiny.Get(s_settings);
        string shard = Directory.GetFiles(_tiny["tokens"], "train.music.v000*").Single();
        string key;
        using (SafetensorsFile file = SafetensorsFile.Open(shard))
        {
            key = file.Metadata["key"];
        }

        foreach ((int frames, ushort code) in new[] { (3, (ushort)16), (4, (ushort)1) })
        {
            var writer = new SafetensorsWriter();
            writer.SetMetadata("key", key);
            writer.AddUInt16("codes.0", [3, 3], Enumerable.Repeat(code, 9).ToArray());
            writer.Add("levels.0", [frames], new float[frames], TensorType.F16);
            writer.Save(shard);
            AssertEqual(expected, _tiny.Get(s_settings));
        }
    }

    [Fact]
    public void Get_Cancelled_Throws() =>
        Assert.ThrowsAny<OperationCanceledException>(() => _tiny.Get(s_settings, cancellation: new CancellationToken(canceled: true)));

    [Fact]
    public void Get_MoreOfOneLabel_EncodesThoseAlone()
    {
        _ = _tiny.Get(new GeneratorDataSettings { Variants = 1, VariantsOf = new() { ["l1"] = 1 } });
        _tiny.Lines.Clear();
        TokenSet set = _tiny.Get(new GeneratorDataSettings { Variants = 1, VariantsOf = new() { ["l1"] = 4 } });
        Assert.Equal([1, 4, 1, 1], Enumerable.Range(0, 4).Select(i => set.Sequences.Count(s => s.Clip.Path == _tiny[$"{i}.wav"])));
        Assert.StartsWith("encoded 3 of 3 variants", Assert.Single(_tiny.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Get_OtherSettings_MakeVariantsAgain()
    {
        TokenSet first = _tiny.Get(s_settings);
        TokenSet louder = _tiny.Get(new GeneratorDataSettings { Variants = 3, Mixtures = 2, GainMinDb = -20, GainMaxDb = -19 });
        Assert.Equal(first.Sequences[0].Codes, louder.Sequences[0].Codes);
        Assert.NotEqual(first.Sequences[1].Codes, louder.Sequences[1].Codes);
    }

    [Fact]
    public void Get_Mixtures_AreOfTwoFilesWithCaptions()
    {
        TokenSequence[] mixed = [.. _tiny.Get(s_settings).Sequences.Where(s => s.Second is not null)];
        Assert.Equal(6, mixed.Length);
        Assert.All(mixed, s => Assert.NotEqual(s.Clip, s.Second));
        Assert.All(mixed, s => Assert.True(s.Clip.Captions.Count > 0 && s.Second!.Captions.Count > 0));
    }

    [Fact]
    public void Get_MinSeconds_AddsSilence()
    {
        TokenSequence padded = _tiny.Get(new GeneratorDataSettings { Variants = 1, MinSeconds = 0.1 }).Sequences.Single(s => s.Clip.Path == _tiny["3.wav"]);
        Assert.Equal(100, padded.Frames);
        Assert.All(padded.LevelsDb[39..], level => Assert.Equal(-120, level));
    }

    [Fact]
    public void Get_FolderOfAnotherCodecOrSize_IsRefused()
    {
        _ = _tiny.Get(s_settings);
        ConfigException other = Assert.Throws<ConfigException>(() => _tiny.Get(s_settings, fingerprint: WeightsFingerprint.FromBytes(new byte[16])));
        Assert.Contains(_tiny.Fingerprint.ToString(), other.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigException>(() => _tiny.Get(s_settings, codebooks: 2));
        File.WriteAllText(Path.Combine(_tiny["tokens"], "index.json"), "[");
        Assert.Throws<ConfigException>(() => _tiny.Get(s_settings));
    }

    [Fact]
    public void Get_BrokenFile_IsCountedAndSkipped()
    {
        File.WriteAllText(_tiny["1.wav"], "no audio");
        TokenSet set = _tiny.Get(s_settings);
        Assert.Equal(1, set.BrokenFiles);
        Assert.NotNull(set.FirstError);
        Assert.DoesNotContain(set.Sequences, s => s.Clip.Path == _tiny["1.wav"]);
        TokenSet again = _tiny.Get(s_settings);
        Assert.Equal(1, again.BrokenFiles);
        Assert.Contains("1.wav", again.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_NothingReadable_IsRefused()
    {
        foreach (AudioClip clip in _tiny.Clips())
        {
            _tiny.WriteSound(Path.GetFileName(clip.Path), 0, _ => 0);
        }

        Assert.Throws<AudioFormatException>(() => _tiny.Get(s_settings));
    }

    [Fact]
    public void Get_CodecWithSegments_IsRefused()
    {
        EncodecModel stereo = EncodecModel.Load(TestSupport.TinyConfigs.Stereo, SafetensorsFile.Open(TestSupport.Fixtures.Path("golden/encodec_tiny_stereo.weights.safetensors")).ToStateDict());
        var cache = new TokenCache(stereo, default, 4, s_settings, null, 1, _ => { });
        Assert.Throws<ConfigException>(() => cache.Get("train", _tiny.Clips(), true, CancellationToken.None));
    }

    private static void AssertEqual(TokenSet expected, TokenSet actual)
    {
        Assert.Equal(expected.Sequences.Count, actual.Sequences.Count);
        Assert.All(expected.Sequences.Zip(actual.Sequences), pair =>
        {
            Assert.Equal((pair.First.Clip.Path, pair.First.Second?.Path), (pair.Second.Clip.Path, pair.Second.Second?.Path));
            Assert.Equal(pair.First.Codes, pair.Second.Codes);
            Assert.Equal(pair.First.LevelsDb, pair.Second.LevelsDb);
        });
    }
}
