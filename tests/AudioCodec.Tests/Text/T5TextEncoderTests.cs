using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Tests.Text;

public sealed class T5TextEncoderTests
{
    private static readonly string[] s_texts = ["a dog barks", "rain and wind, then thunder"];

    [Theory]
    [InlineData("safetensors, spiece.model")]
    [InlineData("pickle, spiece.model")]
    [InlineData("shards, tokenizer.json")]
    public void Encode_FolderOfAnyForm_GivesTheReferencesStates(string form)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, form);
        using T5TextEncoder encoder = T5TextEncoder.Load(folder.Root);
        Assert.Equal(24, encoder.Width);
        using GoldenFile golden = GoldenFile.Open("generate_tiny");
        for (int text = 0; text < s_texts.Length; text++)
        {
            TextStates states = encoder.Encode(s_texts[text]);
            float[] expected = golden.Floats($"t5.{text}");
            Assert.Equal(golden.Shape($"ids.{text}")[0], states.Tokens);
            float scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(states.Values.ToArray()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5 * scale));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0001\u0002")]
    [InlineData("\ud800")]
    [InlineData("ходит дождь 雨 🐕")]
    public void Encode_AnyText_GivesFiniteStates(string text)
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "safetensors, spiece.model");
        using T5TextEncoder encoder = T5TextEncoder.Load(folder.Root);
        TextStates states = encoder.Encode(text);
        Assert.True(states.Tokens >= 1);
        Assert.All(states.Values.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Encode_TooManyTokens_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Fill(folder, "safetensors, spiece.model");
        using T5TextEncoder encoder = T5TextEncoder.Load(folder.Root, threads: 2);
        string text = string.Concat(Enumerable.Repeat("rain ", 20_000));
        var error = Assert.Throws<TextTooLongException>(() => encoder.Encode(text));
        Assert.Contains("tokens; at most 4096", error.Message, StringComparison.Ordinal);

        // One token below the limit is encoded: 4095 unknown pieces apart, and the end.
        TextStates longest = encoder.Encode(string.Concat(Enumerable.Repeat("rain ", 2047)));
        Assert.InRange(longest.Tokens, 2048, 4096);
        Assert.All(longest.Values.ToArray(), value => Assert.True(float.IsFinite(value)));
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Encode("rain"));
    }

    [Fact]
    public void Load_FolderThatIsNotComplete_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such folder", Refused<CheckpointException>(folder["nowhere"]), StringComparison.Ordinal);
        Assert.Contains("holds no weights", Refused<CheckpointException>(folder.Root), StringComparison.Ordinal);
        Fill(folder, "safetensors, spiece.model");
        File.Delete(folder["config.json"]);
        Assert.Contains("config.json", Refused<CheckpointException>(folder.Root), StringComparison.Ordinal);
        File.WriteAllText(folder["config.json"], """{"model_type": "bert"}""");
        Assert.Contains("model_type is 'bert'", Refused<ConfigException>(folder.Root), StringComparison.Ordinal);
        File.WriteAllText(folder["config.json"], new string(' ', (1 << 20) + 1));
        Assert.Contains("at most", Refused<ConfigException>(folder.Root), StringComparison.Ordinal);
        File.Delete(folder["spiece.model"]);
        Assert.Contains("holds no tokenizer", Refused<CheckpointException>(folder.Root), StringComparison.Ordinal);

        static string Refused<T>(string path)
            where T : Exception => Assert.Throws<T>(() => T5TextEncoder.Load(path)).Message;
    }

    private static void Fill(TemporaryFolder folder, string form)
    {
        void Copy(string fixture, string name) => File.Copy(Fixtures.Path($"golden/{fixture}"), folder[name]);
        Copy("generate_tiny.t5.config.json", "config.json");
        if (form.Contains("tokenizer.json", StringComparison.Ordinal))
        {
            File.WriteAllBytes(folder["tokenizer.json"], TokenizerJson.Of(File.ReadAllBytes(Fixtures.Path("golden/captions_unigram.model")), extraTokens: 0));
        }
        else
        {
            Copy("captions_unigram.model", "spiece.model");
        }

        if (form.StartsWith("shards", StringComparison.Ordinal))
        {
            WriteShards(folder);
        }
        else
        {
            bool pickle = form.StartsWith("pickle", StringComparison.Ordinal);
            Copy(pickle ? "generate_tiny.t5.pytorch_model.bin" : "generate_tiny.t5.safetensors", pickle ? "pytorch_model.bin" : "model.safetensors");
        }
    }

    private static void WriteShards(TemporaryFolder folder)
    {
        using GoldenFile file = GoldenFile.Open("generate_tiny.t5");
        var places = new Dictionary<string, string>();
        SafetensorsWriter[] shards = [new(), new()];
        foreach ((string name, CheckpointTensor tensor) in file.ToStateDict().Tensors)
        {
            int shard = name.Length % 2;
            shards[shard].Add(name, tensor.Shape, tensor.Values);
            places.Add(name, $"model-{shard}.safetensors");
        }

        shards[0].Save(folder["model-0.safetensors"]);
        shards[1].Save(folder["model-1.safetensors"]);
        File.WriteAllText(folder["model.safetensors.index.json"], JsonSerializer.Serialize(new { weight_map = places }));
    }
}
