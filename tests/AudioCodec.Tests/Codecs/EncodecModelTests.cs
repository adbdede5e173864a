using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codecs;

/// <summary>The model's public surface.</summary>
public sealed class EncodecModelTests
{
    [Fact]
    public void Load_UnknownName_SaysWhatIsKnown()
    {
        ModelNotFoundException error = Assert.Throws<ModelNotFoundException>(() => Codec.Load("no-such-model"));
        Assert.Contains("encodec_24khz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TensorMissing_NamesIt()
    {
        using GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights");
        EncodecConfig config = TinyConfigs.Causal with { LstmLayers = 2 };
        CheckpointException error = Assert.Throws<CheckpointException>(() => EncodecModel.Load(config, weights.ToStateDict()));
        Assert.Contains("_l1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OtherRateChannelsOrBandwidth_IsRefused()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        Assert.Throws<ArgumentException>(() => model.Encode(new AudioBuffer(new float[10], 1, 44100), 16));
        Assert.Throws<ArgumentException>(() => model.Encode(new AudioBuffer(new float[10], 2, 8000), 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Encode(new AudioBuffer(new float[10], 1, 8000), 5));
    }

    [Fact]
    public void Decode_FewerFramesThanStated_IsRefused()
    {
        EncodecModel model = GoldenModels.Get("encodec_tiny_causal");
        EncodedAudio encoded = model.Encode(new AudioBuffer(Streams.Signal(40, 100), 1, 8000), 16);
        Assert.Throws<ArgumentException>(() => model.Decode(encoded with { LengthSamples = 105 }));
    }
}
