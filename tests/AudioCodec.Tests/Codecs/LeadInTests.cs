using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.TestSupport;

namespace AudioCodec.Tests.Codecs;

/// <summary>A decoder with a lead-in starts as one that has just decoded silence.</summary>
public sealed class LeadInTests
{
    private const int Frames = 8;

    private static readonly EncodecModel s_plain = GoldenModels.Get("encodec_tiny_causal");

    private static readonly EncodecModel s_model = Load(TinyConfigs.Causal with { LeadInFrames = Frames });

    [Fact]
    public void Decode_WithLeadIn_IsTheRestOfSilenceAndSignal()
    {
        int hop = s_model.Config.HopSamples;
        AudioBuffer audio = new(Streams.Signal(1, 997), 1, 8000);
        LatentAudio latents = s_model.EncodeLatents(audio);
        float[] silence = s_model.EncodeLatents(new AudioBuffer(new float[32 * hop], 1, 8000)).Segments[0].Values[^s_model.Config.Dimension..];
        float[] both = [.. Enumerable.Repeat(silence, Frames).SelectMany(latent => latent), .. latents.Segments[0].Values];

        float[] expected = s_plain.DecodeLatents(latents with { LengthSamples = 997 + (Frames * hop), Segments = [new LatentSegment(1, both)] }).Samples[(Frames * hop)..];
        float[] actual = s_model.DecodeLatents(latents).Samples;

        Assert.Equal(expected, actual);
        Assert.NotEqual(s_plain.DecodeLatents(latents).Samples, actual);
        Assert.Equal(s_plain.Encode(audio, 16).Segments[0].Codes, s_model.Encode(audio, 16).Segments[0].Codes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public void Decode_RandomChunks_EqualsWhole(int largest)
    {
        Streams.CodeRecord codes = Streams.Encode(s_model, 4, Streams.Signal(2, 3001), [0..3001]);
        float[] whole = Streams.Decode(s_model, 4, codes, 3001, frames => [0..frames]);
        Assert.Equal(3001, whole.Length);
        Assert.Equal(whole, Streams.Decode(s_model, 4, codes, 3001, frames => Streams.Cut(frames, 3, largest)));
    }

    /// <summary>Nothing need wait until the padding of the first layer is known.</summary>
    [Fact]
    public void Decode_FrameByFrame_GivesEachAtOnceAndAgainAfterReset()
    {
        using var decoder = new StreamingDecoder(s_model, 2);
        Streams.SampleRecord first = new();
        Streams.SampleRecord second = new();
        foreach (Streams.SampleRecord record in new[] { first, second })
        {
            for (ushort frame = 0; frame < 12; frame++)
            {
                decoder.Write([frame, 3], record);
                Assert.Equal((frame + 1) * s_model.Config.HopSamples, record.Samples.Count);
            }

            decoder.Complete(record);
            decoder.Reset();
        }

        Assert.Equal(first.Samples, second.Samples);
    }

    [Fact]
    public void Decode_WithTheLatentInItsConfig_EqualsMeasuringIt()
    {
        using EncodecModel stated = Load(s_model.Config with { SilenceLatent = s_model.MeasureSilence() });
        AudioBuffer audio = new(Streams.Signal(1, 997), 1, 8000);
        Assert.Equal(s_model.Decode(s_model.Encode(audio, 16)).Samples, stated.Decode(stated.Encode(audio, 16)).Samples);
    }

    [Fact]
    public void Config_SilenceLatent_HasAsManyFiniteNumbersAsTheLatent()
    {
        EncodecConfig config = s_model.Config;
        var latent = new float[config.Dimension];
        (config with { SilenceLatent = latent }).Validate();
        Assert.Equal("silence_latent", Assert.Throws<ConfigException>((config with { SilenceLatent = latent[1..] }).Validate).Key);
        Assert.Equal("silence_latent", Assert.Throws<ConfigException>((config with { SilenceLatent = [float.NaN, .. latent[1..]] }).Validate).Key);
    }

    [Fact]
    public void Decode_NoFrames_GivesNothing() =>
        Assert.Empty(s_model.Decode(new EncodedAudio(0, 4, [])).Samples);

    [Fact]
    public void Config_LeadIn_IsForCausalModelsWithoutSegments()
    {
        Assert.Equal("lead_in_frames", Assert.Throws<ConfigException>((TinyConfigs.Audiocraft with { LeadInFrames = 1 }).Validate).Key);
        Assert.Equal("lead_in_frames", Assert.Throws<ConfigException>((TinyConfigs.Stereo with { LeadInFrames = 1 }).Validate).Key);
        Assert.Equal("lead_in_frames", Assert.Throws<ConfigException>((TinyConfigs.Causal with { LeadInFrames = 33 }).Validate).Key);
        string json = EncodecConfigJson.Format(s_model.Config, CheckpointStatus.Release);
        Assert.Equal(Frames, EncodecConfigJson.Parse(System.Text.Encoding.UTF8.GetBytes(json), "config.json").Config.LeadInFrames);
    }

    private static EncodecModel Load(EncodecConfig config)
    {
        using GoldenFile weights = GoldenFile.Open("encodec_tiny_causal.weights");
        return EncodecModel.Load(config, weights.ToStateDict());
    }
}
