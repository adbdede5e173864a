using AudioCodec.Numerics;
using AudioCodec.TestSupport;
using AudioCodec.Text;
using AudioCodec.Torch.Layers;
using AudioCodec.Torch.Text;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Tests.Text;

public sealed class T5NetworkTextEncoderTests
{
    [Fact]
    public void Encode_Folder_GivesTheReferencesStatesAndThoseOfTheManagedEngine()
    {
        TestTorch.Require();
        using TemporaryFolder folder = Folder();
        using T5NetworkTextEncoder encoder = T5NetworkTextEncoder.Load(folder.Root, CPU);
        using T5TextEncoder managed = T5TextEncoder.Load(folder.Root);
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        string[] texts = ["a dog barks", "rain and wind, then thunder"];
        for (int text = 0; text < texts.Length; text++)
        {
            float[] states = encoder.Encode(texts[text]).Values.ToArray();
            TestTorch.AssertClose(golden.Floats($"t5.{text}"), states, 3e-6);
            TestTorch.AssertClose(managed.Encode(texts[text]).Values.ToArray(), states, 3e-6);
        }

        Assert.Equal((1, 24), (encoder.Encode("").Tokens, encoder.Width));
        Assert.Throws<TextTooLongException>(() => encoder.Encode(string.Concat(Enumerable.Repeat("rain ", 20_000))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_FreshNetworkOfOddShape_AgreesWithTheManagedEngine(bool gated)
    {
        TestTorch.Require();
        T5Config config = new() { VocabularySize = 260, Dimension = 36, Heads = 5, HeadWidth = 8, FeedForward = 50, Layers = 2, Gated = gated, PositionBuckets = 16, PositionMaxDistance = 40 };
        var network = new T5EncoderNetwork(config, new SplitMix(8));
        T5Tokenizer tokenizer = T5Tokenizer.Load(Fixtures.Path("golden/captions_unigram.model"), config.VocabularySize);
        using var managed = new T5TextEncoder(config, network.ToStateDict("network"), tokenizer, threads: 1);
        using var encoder = new T5NetworkTextEncoder(network, tokenizer);
        foreach (string text in new[] { "", "a dog barks <extra_id_3>", string.Concat(Enumerable.Repeat("thunder in the distance, then rain. ", 20)) })
        {
            TestTorch.AssertClose(managed.Encode(text).Values.ToArray(), encoder.Encode(text).Values.ToArray(), 3e-6);
        }
    }

    [Fact]
    public void Load_WeightsThatAreNotFinite_AreRefused()
    {
        TestTorch.Require();
        using TemporaryFolder folder = Folder();
        byte[] weights = File.ReadAllBytes(folder["model.safetensors"]);
        BitConverter.GetBytes(float.NaN).CopyTo(weights, weights.Length - 4);
        File.WriteAllBytes(folder["model.safetensors"], weights);
        var error = Assert.Throws<CheckpointException>(() => T5NetworkTextEncoder.Load(folder.Root, CPU));
        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.config.json"), folder["config.json"]);
        File.Copy(Fixtures.Path("golden/generate_tiny.t5.safetensors"), folder["model.safetensors"]);
        File.Copy(Fixtures.Path("golden/captions_unigram.model"), folder["spiece.model"]);
        return folder;
    }
}
