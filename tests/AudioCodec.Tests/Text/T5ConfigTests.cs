using System.Text;
using System.Text.Json.Nodes;
using AudioCodec.Text;

namespace AudioCodec.Tests.Text;

public sealed class T5ConfigTests
{
    [Fact]
    public void Parse_FirstVersion_TakesReluAndIgnoresOtherKeys()
    {
        // Keys of t5-large's config.json; it states neither the form of the feed-forward networks nor the greatest distance.
        T5Config config = Parse("""
            {"architectures": ["T5WithLMHeadModel"], "d_ff": 4096, "d_kv": 64, "d_model": 1024, "decoder_start_token_id": 0, "dropout_rate": 0.1, "eos_token_id": 1,
             "initializer_factor": 1.0, "is_encoder_decoder": true, "layer_norm_epsilon": 1e-06, "model_type": "t5", "n_positions": 512, "num_heads": 16, "num_layers": 24,
             "output_past": true, "pad_token_id": 0, "relative_attention_num_buckets": 32, "task_specific_params": {}, "vocab_size": 32128}
            """);
        Assert.Equal(new T5Config { Dimension = 1024, Heads = 16, HeadWidth = 64, FeedForward = 4096, Layers = 24 }, config);
    }

    [Fact]
    public void Parse_GatedForm_IsRecognized()
    {
        T5Config config = Parse("""{"model_type": "t5", "d_model": 768, "d_kv": 64, "d_ff": 2048, "num_layers": 12, "num_heads": 12, "feed_forward_proj": "gated-gelu"}""");
        Assert.Equal(new T5Config { Dimension = 768, Heads = 12, FeedForward = 2048, Layers = 12, Gated = true }, config);
    }

    [Fact]
    public void Read_WhatWriteWrote_GivesTheSame()
    {
        T5Config config = new() { VocabularySize = 300, Dimension = 100, Heads = 3, HeadWidth = 7, FeedForward = 11, Gated = true, Layers = 2, PositionBuckets = 16, PositionMaxDistance = 40, NormEpsilon = 1e-5f };
        Assert.Equal(config, T5Config.Read(JsonNode.Parse(config.Write().ToJsonString())!.AsObject()));
    }

    [Theory]
    [InlineData("""{"model_type": "umt5"}""", "model_type")]
    [InlineData("""{"feed_forward_proj": "gated-silu"}""", "feed_forward_proj")]
    [InlineData("""{"d_model": 0}""", "d_model")]
    [InlineData("""{"d_model": "768"}""", "d_model")]
    [InlineData("""{"num_layers": 1e9}""", "num_layers")]
    [InlineData("""{"d_ff": [1]}""", "d_ff")]
    [InlineData("""{"relative_attention_num_buckets": 2}""", "relative_attention_num_buckets")]
    [InlineData("""{"relative_attention_max_distance": 8}""", "relative_attention_max_distance")]
    [InlineData("""{"layer_norm_epsilon": 0}""", "layer_norm_epsilon")]
    [InlineData("""{"num_heads": null, "num_heads": 1}""", "")]
    [InlineData("""[]""", "")]
    [InlineData("""{"d_model": """, "")]
    [InlineData("", "")]
    [InlineData("""{"model_type": "\ud800"}""", "")]
    public void Parse_ValueThatIsNotAllowed_NamesTheKey(string json, string key)
    {
        var error = Assert.Throws<ConfigException>(() => Parse(json));
        Assert.Equal(key, error.Key);
        Assert.StartsWith("there/config.json: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The places where transformers' buckets change were listed with PyTorch, whose logarithm is that of single precision.</summary>
    [Theory]
    [InlineData(32, 128, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91 })]
    [InlineData(32, 64, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 18, 23, 30, 39, 50 })]
    [InlineData(16, 100, new[] { 1, 2, 3, 4, 9, 20, 45 })]
    [InlineData(8, 20, new[] { 1, 2, 7 })]
    public void Bucket_EveryDistance_IsTheReferences(int buckets, int maxDistance, int[] edges)
    {
        T5Config config = new() { PositionBuckets = buckets, PositionMaxDistance = maxDistance };
        for (int distance = 0; distance < 5000; distance++)
        {
            int expected = edges.Count(edge => edge <= distance);
            Assert.Equal(expected, RelativePosition.Bucket(-distance, config));
            Assert.Equal(distance == 0 ? 0 : expected + (buckets / 2), RelativePosition.Bucket(distance, config));
        }
    }

    private static T5Config Parse(string json) => T5Config.Parse(Encoding.UTF8.GetBytes(json), "there/config.json");
}
