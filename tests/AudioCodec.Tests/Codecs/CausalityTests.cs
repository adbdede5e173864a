using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Tests.Codecs;

/// <summary>What depends on what, exactly: the future never changes the past, and the bounds are tight.</summary>
public sealed class CausalityTests
{
    private const int Hop = 320;
    private const int Frames = 12;

    public static TheoryData<int> FrameNumbers() => [.. Enumerable.Range(0, Frames)];

    [Theory]
    [MemberData(nameof(FrameNumbers))]
    public void Encoder_SamplesBeyondTheBound_ChangeNothing(int frame)
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        float[] samples = Streams.Signal(20, Frames * Hop);
        int bound = Hop * (Math.Max(frame, 6 - frame) + 1);
        float[] before = Latent(model, samples, frame);

        // The bound itself does matter: the last sample below it changes this frame.
        float[] inside = [.. samples];
        inside[bound - 1] += 0.5f;
        Assert.NotEqual(before, Latent(model, inside, frame));
        if (bound < samples.Length)
        {
            float[] outside = [.. samples];
            outside.AsSpan(bound).Fill(0.7f);
            Assert.Equal(before, Latent(model, outside, frame));
        }
    }

    [Theory]
    [MemberData(nameof(FrameNumbers))]
    public unsafe void Decoder_LatentsBeyondTheBound_ChangeNothing(int frame)
    {
        EncodecModel model = GoldenModels.Get("encodec_24khz");
        float[] latents = Streams.Signal(21, Frames * 128);
        int bound = Math.Max(frame, 6);
        float[] before = Samples(model, latents, frame);
        if (bound + 1 < Frames)
        {
            float[] outside = [.. latents];
            outside.AsSpan((bound + 1) * 128).Fill(0.3f);
            Assert.Equal(before, Samples(model, outside, frame));
        }

        if (frame is 0 or >= 6)
        {
            float[] inside = [.. latents];
            inside.AsSpan(bound * 128, 128).Fill(0.3f);
            Assert.NotEqual(before, Samples(model, inside, frame));
        }
    }

    private static float[] Latent(EncodecModel model, float[] samples, int frame) =>
        GoldenModels.Latents(model, new AudioBuffer(samples, 1, 24000)).AsSpan(frame * 128, 128).ToArray();

    private static unsafe float[] Samples(EncodecModel model, float[] latents, int frame)
    {
        RowBuffer input = new(128);
        input.Append(latents);
        RowBuffer output = new(1);
        model.OpenDecoderNetwork(new Executor(1)).Process(input.Pointer, input.Count, last: true, output);
        return output.Rows.Slice(frame * Hop, Hop).ToArray();
    }
}
