using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Generation.Loading;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Models;
using AudioCodec.Tests.Checkpoints;
using AudioCodec.Tests.Generation.Transformer;
using AudioCodec.Text;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Generation.Loading;

/// <summary>Published checkpoints of generators and our own: the same model in whatever form.</summary>
public sealed class GeneratorCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_AudioCraftPackage_ReadsItsConfiguration()
    {
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");

        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);

        Assert.Equal(TinyTokenModels.MusicGenConfig, checkpoint.Config.Transformer);
        Assert.Equal(DelayPattern.Standard(4), checkpoint.Config.Pattern);
        Assert.Equal((16000, 50, 1, 20), (checkpoint.Config.SampleRateHz, checkpoint.Config.FrameRateHz, checkpoint.Config.Channels, checkpoint.Config.WindowFrames));
        Assert.Equal((20, 4), (checkpoint.Config.Defaults.Frames, checkpoint.Config.Defaults.StrideFrames));
        Assert.Equal((3, 1, 250, 0), (checkpoint.Config.Defaults.Guidance, checkpoint.Config.Defaults.Temperature, checkpoint.Config.Defaults.TopK, checkpoint.Config.Defaults.TopP));
        Assert.Equal(("t5-small", null, null), (checkpoint.Config.TextEncoderName, checkpoint.Config.TextEncoder, checkpoint.TextEncoder));
        Assert.Equal(("encodec_16khz", PaddingMode.Constant), (checkpoint.Codec!.Config.Name, checkpoint.Codec.Config.Padding));
    }

    [Fact]
    public void Open_HuggingFaceShards_GivesTheTensorsOfThePackage()
    {
        using var other = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        TinyGenerators.CopyHuggingFace(other);

        using var package = GeneratorCheckpoint.Open(_folder["state_dict.bin"]);
        using var huggingFace = GeneratorCheckpoint.Open(other.Root);

        TinyModels.AssertSame(package.Transformer, huggingFace.Transformer);
        Assert.All(EncodecTensors.For(package.Codec!.Config), tensor =>
            Assert.Equal(package.Codec.Weights.Get(tensor.Name, tensor.Shape), huggingFace.Codec!.Weights.Get(tensor.Name, tensor.Shape)));
        using GoldenFile t5 = GoldenFile.Open("generate_tiny.t5");
        Assert.All(T5EncoderTensors.For(huggingFace.Config.TextEncoder!), tensor => Assert.Equal(t5.Floats(tensor.Name), huggingFace.TextEncoder!.Get(tensor.Name, tensor.Shape)));
        Assert.Equal(package.Config.Transformer, huggingFace.Config.Transformer);
        Assert.Equal(package.Config.Pattern, huggingFace.Config.Pattern);

        // The bit rates that a codec offers are not the same in both layouts.
        Assert.Equal(package.Codec.Config with { BandwidthsKbps = [] }, huggingFace.Codec!.Config with { BandwidthsKbps = [] }, SameCodec);
    }

    [Fact]
    public void Open_HuggingFace_MakesAsManyFramesAsTransformers()
    {
        TinyGenerators.CopyHuggingFace(_folder);

        using var checkpoint = GeneratorCheckpoint.Open(_folder["model.safetensors.index.json"]);

        Assert.Equal((18, 18, 10), (checkpoint.Config.WindowFrames, checkpoint.Config.Defaults.Frames, checkpoint.Config.Defaults.StrideFrames));
        Assert.Equal((3, 1, 250), (checkpoint.Config.Defaults.Guidance, checkpoint.Config.Defaults.Temperature, checkpoint.Config.Defaults.TopK));
    }

    [Fact]
    public void Open_StereoPackage_HasInterleavedCodebooks()
    {
        TinyGenerators.CopyAudioCraft(_folder, "stereo_tiny");

        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);

        Assert.Equal((2, 8, 4), (checkpoint.Config.Channels, checkpoint.Config.Transformer.Codebooks, checkpoint.Codec!.Config.Codebooks));
        Assert.Equal(DelayPattern.Stereo(8), checkpoint.Config.Pattern);
    }

    [Theory]
    [InlineData("musicgen_hf_tiny.hf", 0)]
    [InlineData("musicgen_hf_tiny.hf.fp16", 0.0005)]
    public void FromHuggingFace_MusicGen_GivesAudioCraftsTensors(string file, double relative)
    {
        using GoldenFile golden = GoldenFile.Open(file);

        StateDict mapped = TransformerTensors.FromHuggingFace(golden.ToStateDict(), TinyTokenModels.MusicGenConfig);

        TransformerTensors.Check(mapped, TinyTokenModels.MusicGenConfig);
        StateDict expected = TinyTokenModels.MusicGenWeights();
        foreach ((string name, CheckpointTensor tensor) in expected.Tensors)
        {
            float[] actual = mapped.Tensors[name].Values;
            Assert.Equal(tensor.Values.Length, actual.Length);
            Assert.All(tensor.Values.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, (relative * Math.Abs(pair.First)) + (relative * 1e-4)));
        }
    }

    /// <summary>Greedy decoding with the text of the golden file and guidance 3, by hand: loading, mapping and engine in one.</summary>
    [Theory]
    [InlineData("generate_tiny", false)]
    [InlineData("generate_tiny", true)]
    [InlineData("stereo_tiny", false)]
    public void Open_ThenDecodeGreedily_GivesTheGoldenTokens(string model, bool huggingFace)
    {
        if (huggingFace)
        {
            TinyGenerators.CopyHuggingFace(_folder);
        }
        else
        {
            TinyGenerators.CopyAudioCraft(_folder, model);
        }

        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);
        using ITokenModel transformer = TokenModel.Load(checkpoint.Config.Transformer, checkpoint.Transformer);
        using GoldenFile golden = GoldenFile.Open(model);

        Assert.Equal(golden.Ints("tokens.0"), Greedy(transformer, checkpoint.Config.Pattern, TinyTokenModels.Text(golden, "t5.0"), golden.Shape("tokens.0")[1]));
        Assert.Equal(golden.Ints("tokens.1"), Greedy(transformer, checkpoint.Config.Pattern, TinyTokenModels.Text(golden, "t5.1"), golden.Shape("tokens.1")[1]));
    }

    [Fact]
    public void Open_NamesOfTorchsAttention_AreAccepted()
    {
        StateDict plain = TinyTokenModels.MusicGenWeights();
        var named = new StateDict("package", plain.Tensors.ToDictionary(
            pair => pair.Key.Replace("self_attn.", "self_attn.mha.", StringComparison.Ordinal).Replace("cross_attention.", "cross_attention.mha.", StringComparison.Ordinal), pair => pair.Value));

        TinyModels.AssertSame(plain, TransformerTensors.FromAudioCraft(named));
    }

    /// <summary>transformers leaves the projection out where the text is as wide as the stream.</summary>
    [Fact]
    public void FromHuggingFace_WithoutProjection_HasTheIdentity()
    {
        using GoldenFile golden = GoldenFile.Open("musicgen_hf_tiny.hf");
        TokenModelConfig config = TinyTokenModels.MusicGenConfig with { TextWidth = 32 };
        Dictionary<string, CheckpointTensor> tensors = golden.ToStateDict().Tensors.Where(pair => !pair.Key.StartsWith("enc_to_dec_proj", StringComparison.Ordinal)).ToDictionary();

        StateDict mapped = TransformerTensors.FromHuggingFace(new StateDict("model", tensors), config);

        TransformerTensors.Check(mapped, config);
        float[] projection = mapped.Get($"{TokenModelTensors.TextProjection}.weight", 32, 32);
        Assert.All(Enumerable.Range(0, 32 * 32), i => Assert.Equal(i % 33 == 0 ? 1 : 0, projection[i]));
        Assert.All(mapped.Get($"{TokenModelTensors.TextProjection}.bias", 32), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Save_ThenOpen_GivesTheModelBack()
    {
        using var saved = new TemporaryFolder();
        TinyGenerators.CopyHuggingFace(_folder);
        using var source = GeneratorCheckpoint.Open(_folder.Root);
        byte[] tokenizer = [1, 2, 3];
        var config = source.Config with
        {
            Status = CheckpointStatus.Preview,
            Name = "tiny",
            CodecFingerprint = CodecFingerprint.OfCodes(source.Codec!.Config, source.Codec.Weights),
            Licence = "MIT",
        };

        GeneratorFolder.Save(saved.Root, config, source.Transformer, source.TextEncoder, tokenizer, TensorType.F32);
        using var opened = GeneratorCheckpoint.Open(saved.Root);

        Assert.Equal(config, opened.Config);
        Assert.Equal(("generator", "tiny", CheckpointStatus.Preview), CheckpointFolder.Describe(saved.Root));
        TinyModels.AssertSame(source.Transformer, opened.Transformer);
        Assert.All(T5EncoderTensors.For(config.TextEncoder!), tensor => Assert.Equal(source.TextEncoder!.Get(tensor.Name, tensor.Shape), opened.TextEncoder!.Get(tensor.Name, tensor.Shape)));
        Assert.Equal(tokenizer, File.ReadAllBytes(opened.Tokenizer!));
        Assert.Null(opened.Codec);
        CheckpointFolder.VerifySums(saved.Root);
    }

    [Fact]
    public void Save_InHalfPrecisionWithANamedTextEncoder_IsHalfTheSize()
    {
        using var saved = new TemporaryFolder();
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        using var source = GeneratorCheckpoint.Open(_folder.Root);

        GeneratorFolder.Save(saved.Root, source.Config, source.Transformer, null, default);
        using var opened = GeneratorCheckpoint.Open(saved["model.safetensors"]);

        // The package is in half precision too.
        TinyModels.AssertSame(source.Transformer, opened.Transformer);
        Assert.Equal(["SHA256SUMS", "config.json", "model.safetensors"], saved.Files());
        int parameters = TokenModelTensors.For(source.Config.Transformer).Sum(tensor => tensor.Shape.Aggregate((a, b) => a * b));
        Assert.InRange(new FileInfo(saved["model.safetensors"]).Length, 2 * parameters, (2 * parameters) + 8192);
    }

    /// <summary>Of a checkpoint's values no more is in memory than what was asked for last.</summary>
    [Fact]
    public void Open_KeepsNoValues()
    {
        TinyGenerators.CopyAudioCraft(_folder, "generate_tiny");
        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);

        WeakReference[] read = [.. checkpoint.Transformer.Tensors.Values.Select(Read)];
        GC.Collect();

        Assert.Equal(TokenModelTensors.For(checkpoint.Config.Transformer).Count, read.Length);
        Assert.All(read, values => Assert.False(values.IsAlive));
    }

    /// <summary>A large model's tensors are read into one buffer after the other: their bytes pass through, and nothing of their size is allocated.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CopyTo_OneBufferForAllTensors_AllocatesLittle(bool huggingFace)
    {
        Action<TemporaryFolder> copy = huggingFace ? TinyGenerators.CopyHuggingFace : folder => TinyGenerators.CopyAudioCraft(folder, "generate_tiny");
        copy(_folder);
        using var checkpoint = GeneratorCheckpoint.Open(_folder.Root);
        CheckpointTensor[] tensors = [.. checkpoint.Transformer.Tensors.Values];
        var buffer = new float[tensors.Max(tensor => tensor.Count)];
        Assert.All(tensors, tensor => tensor.CopyTo(buffer.AsSpan(0, tensor.Count))); // Opens the storages, and rents.

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (CheckpointTensor tensor in tensors)
        {
            tensor.CopyTo(buffer.AsSpan(0, tensor.Count));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, tensors.Length * 1024);
        Assert.Equal(tensors[^1].Values, buffer.AsSpan(0, tensors[^1].Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors[0].CopyTo(new float[tensors[0].Count + 1]));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Read(CheckpointTensor tensor) => new(tensor.Values);

    private static bool SameCodec(EncodecConfig a, EncodecConfig b) => EncodecConfigJson.Write(a).ToJsonString() == EncodecConfigJson.Write(b).ToJsonString();

    private static int[] Greedy(ITokenModel model, CodebookPattern pattern, TextStates text, int frames)
    {
        const float Guidance = 3;
        (int codebooks, int entries) = (model.Config.Codebooks, model.Config.CodebookSize);
        PatternLayout layout = pattern.Layout(frames);
        using ITokenBatch batch = model.Open([text, null], layout.Steps);
        var logits = new float[2 * codebooks * entries];
        int[] last = [.. Enumerable.Repeat(entries, codebooks)];
        var codes = new int[codebooks * frames];
        for (int step = 1; step < layout.Steps; step++)
        {
            batch.Advance([.. last, .. last], logits);
            for (int k = 0; k < codebooks; k++)
            {
                last[k] = entries;
                if (layout.HasCode(step, k))
                {
                    float Guided(int n) => logits[((codebooks + k) * entries) + n] + (Guidance * (logits[(k * entries) + n] - logits[((codebooks + k) * entries) + n]));
                    last[k] = Enumerable.Range(0, entries).MaxBy(Guided);
                    codes[(k * frames) + layout.FrameAt(step, k)] = last[k];
                }
            }
        }

        return codes;
    }
}
