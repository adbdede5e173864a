using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;
using AudioCodec.TestSupport;
using AudioCodec.Tests.Bitstream;
using AudioCodec.Tests.Codecs;
using AudioCodec.Tests.Entropy;

namespace AudioCodec.Tests.Compression;

/// <summary>Open files: what they say, audio from any place on, codes.</summary>
public sealed class EcdcFileTests
{
    [Theory]
    [InlineData("encodec_tiny_causal", 0)]
    [InlineData("encodec_tiny_causal", 1)]
    [InlineData("encodec_tiny_stereo", 0)]
    [InlineData("encodec_tiny_stereo", 1)]
    public void OpenAudioAt_AnyPlaceOfEitherVersion_GoesOnAsTheLinearDecode(string name, int version)
    {
        EncodecModel model = GoldenModels.Get(name);
        using EcdcFile file = TestCodecs.Of(model).Open(new MemoryStream(Compressed(model, version)));
        float[] linear = Interleaved(file, 0);
        foreach (int start in new[] { 0, 1, 399, 400, 5003, 7999, 8000 })
        {
            float[] part = Interleaved(file, start);
            Assert.Equal(linear.Length - (start * model.Config.Channels), part.Length);

            // The tiny models' memory is short: behind half a second of warm-up the decode is the same but for the last bits.
            float[] expected = linear[(start * model.Config.Channels)..];
            Assert.InRange(expected.Zip(part).Select(pair => Math.Abs(pair.First - pair.Second)).DefaultIfEmpty().Max(), 0, 1e-4f);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void OpenAudio_TwoSourcesReadInTurn_EachGoesOnAsItDoesAlone(int version)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        using EcdcFile file = TestCodecs.Of(model).Open(new MemoryStream(Compressed(model, version)));
        float[][] expected = [Interleaved(file, 0), Interleaved(file, 5003)];
        using AudioSource first = file.OpenAudioAt(0);
        using AudioSource second = file.OpenAudioAt(5003);
        List<float>[] given = [[], []];
        var block = new float[100];
        for (int read = 1; read > 0;)
        {
            read = first.Read(block);
            given[0].AddRange(block.AsSpan(0, read));
            given[1].AddRange(block.AsSpan(0, second.Read(block)));
            file.CountCodes(TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, given.Select(samples => samples.ToArray()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Open_StreamThatStandsBehindOtherBytes_IsTheFileFromThereOn(int version)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        byte[] bytes = Compressed(model, version);
        using EcdcFile alone = TestCodecs.Of(model).Open(new MemoryStream(bytes));
        using EcdcFile behind = TestCodecs.Of(model).Open(new MemoryStream([.. new byte[17], .. bytes]) { Position = 17 });
        Assert.Equal((alone.Info.FileBytes, alone.Info.SavedShare), (behind.Info.FileBytes, behind.Info.SavedShare));
        Assert.True(behind.Verify(TestContext.Current.CancellationToken).IsSound);
        Assert.Equal(Interleaved(alone, 0), Interleaved(behind, 0));
        Assert.Equal(Interleaved(alone, 5003), Interleaved(behind, 5003));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    public void Dispose_LeaveOpenOrNot_StreamIsAsAskedAndSourcesEnd(int version, bool leaveOpen)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        using var stream = new MemoryStream(Compressed(model, version));
        EcdcFile file = TestCodecs.Of(model).Open(stream, new EcdcOpenOptions { LeaveOpen = leaveOpen });
        using AudioSource source = file.OpenAudio();
        file.Dispose();
        Assert.Equal(leaveOpen, stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => source.Read(new float[100]));
    }

    [Fact]
    public async Task ReadAudioAsync_BlocksTogether_AreTheAudio()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        await using EcdcFile file = TestCodecs.Of(model).Open(new MemoryStream(Compressed(model, 1)));
        float[] linear = Interleaved(file, 2000);
        var samples = new List<float>();
        long next = 2000;
        await foreach (AudioBlock block in file.ReadAudioAsync(TimeSpan.FromSeconds(0.25), TestContext.Current.CancellationToken))
        {
            Assert.Equal(next, block.StartSample);
            next += block.LengthSamples;
            samples.AddRange(block.Samples.Span);
        }

        Assert.Equal(8000, next);
        Assert.Equal(linear, samples);
    }

    [Fact]
    public void Info_BothVersions_SaysWhatWasCompressed()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        foreach (int version in new[] { 0, 1 })
        {
            byte[] bytes = Compressed(model, version);
            using EcdcFile file = TestCodecs.Of(model).Open(new MemoryStream(bytes));
            Assert.Equal((version, model.Config.Name, 8000L), (file.Info.FormatVersion, file.Info.Model, file.Info.LengthSamples));
            Assert.Equal(TimeSpan.FromSeconds(1), file.Duration);
            Assert.Equal(bytes.Length, file.Info.FileBytes);
            Assert.Equal(bytes.Length * 8 / 1000.0, file.Info.BitrateKbps, 9);
            Assert.Equal(version == 1 ? 8000 : null, file.Info.OriginalSampleRateHz);
            Assert.Equal(version == 1 ? ["title=Hello", "artist=No one"] : [], file.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ReadCodes_EitherVersion_AreTheEncodersAndWriteTheSameFile(int version)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        Codec codec = TestCodecs.Of(model);
        byte[] bytes = Compressed(model, version);
        using EcdcFile file = codec.Open(new MemoryStream(bytes));
        EncodedAudio expected = codec.Encode(Signal(model), 8);
        EncodedAudio codes = file.ReadCodes(TestContext.Current.CancellationToken);
        Assert.Equal(expected.Segments.Select(segment => segment.Scale), codes.Segments.Select(segment => segment.Scale));
        Assert.Equal(expected.Segments.SelectMany(segment => segment.Codes), codes.Segments.SelectMany(segment => segment.Codes));
        using var again = new MemoryStream();
        Assert.Equal(again.Length, codec.Write(codes, again, Options(version)) - again.Length);
        if (version == 0)
        {
            Assert.Equal(bytes, again.ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Verify_SoundAndDamaged_TellsThemApart(int version)
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        Codec codec = TestCodecs.Of(model);
        byte[] bytes = Compressed(model, version);
        using (EcdcFile sound = codec.Open(new MemoryStream(bytes)))
        {
            EcdcVerification result = sound.Verify(TestContext.Current.CancellationToken);
            Assert.True(result.IsSound);
            Assert.Equal((version == 1, 8000L), (result.HasChecksums, result.LengthSamples));
        }

        byte[] damaged = version == 0 ? [.. bytes, 7] : [.. bytes];
        damaged[bytes.Length / 2] ^= (byte)version;
        using EcdcFile file = codec.Open(new MemoryStream(damaged));
        Assert.Single(file.Verify(TestContext.Current.CancellationToken).Damage);
    }

    [Fact]
    public void CopyPartAndJoin_AddUpToTheWhole()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_stereo");
        Codec codec = TestCodecs.Of(model);
        byte[] bytes = Compressed(model, 1);
        using EcdcFile whole = codec.Open(new MemoryStream(bytes));
        using var head = new MemoryStream();
        using var tail = new MemoryStream();
        whole.CopyPart(0, 3000, head);
        whole.CopyPart(3000, long.MaxValue, tail);
        using EcdcFile first = codec.Open(new MemoryStream(head.ToArray()));
        using EcdcFile second = codec.Open(new MemoryStream(tail.ToArray()));
        using var joined = new MemoryStream();
        EcdcFile.Join([first, second], joined);
        using EcdcFile all = codec.Open(new MemoryStream(joined.ToArray()));
        float[] expected = Interleaved(whole, 0);
        float[] actual = Interleaved(all, 0);
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual).Max(pair => Math.Abs(pair.First - pair.Second)), 0, 1e-4f);
        Assert.Throws<BitstreamException>(() => all.ReadCodes(TestContext.Current.CancellationToken));
    }

    /// <summary>Of version 0 the codes are put into chunks, nothing else.</summary>
    [Theory]
    [InlineData("encodec_tiny_causal")]
    [InlineData("encodec_tiny_stereo")]
    public void CopyPartAndJoin_Version0_GiveTheSameCodesInVersion1(string name)
    {
        EncodecModel model = GoldenModels.Get(name);
        Codec codec = TestCodecs.Of(model);
        using EcdcFile old = codec.Open(new MemoryStream(Compressed(model, 0)));
        using var copy = new MemoryStream();
        EcdcFile.Join([old], copy);
        using EcdcFile converted = codec.Open(new MemoryStream(copy.ToArray()));
        Assert.Equal((1, old.Info.LengthSamples), (converted.Info.FormatVersion, converted.Info.LengthSamples));
        Assert.True(converted.Verify(TestContext.Current.CancellationToken).IsSound);
        AssertSameCodes(old, converted);
        Assert.Equal(Interleaved(old, 0), Interleaved(converted, 0));

        using var part = new MemoryStream();
        using var expected = new MemoryStream();
        old.CopyPart(3001, 2500, part);
        converted.CopyPart(3001, 2500, expected);
        Assert.Equal(expected.ToArray(), part.ToArray());
    }

    /// <summary>Where the language model is there, so are the codes of a file that the reference coded with it, and it stays as small.</summary>
    [Fact]
    public void Join_EntropyCodedVersion0_GivesTheSameCodesEntropyCoded()
    {
        EncodecConfig config = TinyConfigs.Causal with { Name = "tiny", CodebookSize = 32 };
        var models = new OneModel(config, new CodecModel(EncodecModel.Load(config, WithMoreEntries()), CheckpointStatus.Release, () => default, () => default, () => FormulaModels.Tiny));
        ushort[] codes = EcdcV1Samples.Codes(400, 5, likely: true);
        using EcdcFile old = EcdcFile.Open(new MemoryStream(EcdcV0CodedReaderTests.Write(codes, 3, 3200)), models, new EcdcOpenOptions());
        Assert.True(old.Info.IsEntropyCoded);
        using var copy = new MemoryStream();
        EcdcFile.Join([old], copy);
        using EcdcFile converted = EcdcFile.Open(new MemoryStream(copy.ToArray()), models, new EcdcOpenOptions());
        Assert.Equal((1, true), (converted.Info.FormatVersion, converted.Info.IsEntropyCoded));
        Assert.InRange(converted.Info.FileBytes, 0, old.Info.FileBytes + 100);
        AssertSameCodes(old, converted);
        Assert.Equal(codes, Assert.Single(converted.ReadCodes(TestContext.Current.CancellationToken).Segments).Codes);
    }

    [Fact]
    public void Open_ModelThatIsNotKnown_NamesIt()
    {
        using var provider = new CodecProvider();
        byte[] file = new EcdcV0Header { Model = "other", LengthSamples = 1, Codebooks = 1 }.ToBytes();
        BitstreamException error = Assert.Throws<BitstreamException>(() => provider.Open(new MemoryStream(file)));
        Assert.Equal("m", error.Field);
        Assert.Contains("'other'", error.Message, StringComparison.Ordinal);
        Assert.Equal(new EcdcHeaderInfo(0, "other", 1, false, 1), EcdcHeaderInfo.Read(new MemoryStream(file)));
    }

    private static void AssertSameCodes(EcdcFile expected, EcdcFile actual)
    {
        EncodedAudio before = expected.ReadCodes(TestContext.Current.CancellationToken), after = actual.ReadCodes(TestContext.Current.CancellationToken);
        Assert.Equal((before.LengthSamples, before.Codebooks), (after.LengthSamples, after.Codebooks));
        Assert.Equal(before.Segments.Select(segment => segment.Scale), after.Segments.Select(segment => segment.Scale));
        Assert.All(before.Segments.Zip(after.Segments), pair => Assert.Equal(pair.First.Codes, pair.Second.Codes));
    }

    /// <summary>The tiny model's weights with each codebook twice, for a language model of 32 entries.</summary>
    private static StateDict WithMoreEntries()
    {
        using SafetensorsFile golden = SafetensorsFile.Open(Fixtures.Path("golden/encodec_tiny_causal.weights.safetensors"));
        StateDict weights = golden.ToStateDict();
        return new StateDict("twice", weights.Tensors.ToDictionary(
            tensor => tensor.Key,
            tensor => tensor.Key.EndsWith("_codebook.embed", StringComparison.Ordinal)
                ? new CheckpointTensor([2 * tensor.Value.Shape[0], tensor.Value.Shape[1]], [.. tensor.Value.Values, .. tensor.Value.Values])
                : tensor.Value));
    }

    private sealed class OneModel(EncodecConfig config, CodecModel model) : IStreamModels
    {
        public int Threads => 1;

        public EncodecConfig FindConfig(string streamName) => config;

        public CodecModel Load(string streamName) => model;
    }

    private static AudioBuffer Signal(EncodecModel model) =>
        new(Streams.Signal(11, 8000 * model.Config.Channels), model.Config.Channels, model.Config.SampleRateHz);

    private static CompressionOptions Options(int version) => new()
    {
        BandwidthKbps = 8,
        FormatVersion = version,
        ChunkSeconds = version == 1 ? 0.1 : null,
        Tags = version == 1 ? new OrderedDictionary<string, string> { ["title"] = "Hello", ["artist"] = "No one" } : new OrderedDictionary<string, string>(),
    };

    private static byte[] Compressed(EncodecModel model, int version)
    {
        using var output = new MemoryStream();
        TestCodecs.Of(model).Compress(new AudioBufferSource(Signal(model)), output, Options(version));
        return output.ToArray();
    }

    private static float[] Interleaved(EcdcFile file, int start)
    {
        using AudioSource source = file.OpenAudioAt(start);
        AudioBuffer audio = AudioFile.ReadAll(source);
        var interleaved = new float[audio.Samples.Length];
        audio.ReadInterleaved(0, interleaved);
        return interleaved;
    }
}
