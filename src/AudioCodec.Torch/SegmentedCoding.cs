using AudioCodec.Audio;
using AudioCodec.Torch.Quantization;
using static TorchSharp.torch;

namespace AudioCodec.Torch;

/// <summary>Codes whole recordings with a network as the managed engine does: segment by segment, joined by triangular overlap-add.</summary>
/// <remarks>Source: encodec, utils.py. Sample t of a segment weighs 0.5 - |u - 0.5| with u = (t+1) / (n+1), n the length of the first segment.</remarks>
internal static class SegmentedCoding
{
    /// <summary>Encodes and decodes; no gradients.</summary>
    /// <param name="network">The network.</param>
    /// <param name="audio">Audio of the model's rate and channels.</param>
    /// <param name="levels">Codebooks to use; 0 leaves the latents as they are.</param>
    /// <returns>The decoded audio, of the same length, and the codes of all segments in turn, frame by frame.</returns>
    public static (AudioBuffer Output, ushort[] Codes) Run(EncodecNetwork network, AudioBuffer audio, int levels)
    {
        int total = audio.LengthSamples;
        int length = Math.Min(network.Config.SegmentSamples ?? total, total);
        int stride = network.Config.SegmentStrideSamples ?? length;
        if (stride >= total)
        {
            (float[] samples, ushort[] whole) = Segment(network, audio, 0, total, levels);
            return (new AudioBuffer(samples, audio.Channels, audio.SampleRateHz), whole);
        }

        var sums = new float[audio.Samples.Length];
        var weights = new float[total];
        var codes = new List<ushort>();
        for (int start = 0; start < total; start += stride)
        {
            int count = Math.Min(length, total - start);
            (float[] samples, ushort[] own) = Segment(network, audio, start, count, levels);
            codes.AddRange(own);
            for (int i = 0; i < samples.Length; i++)
            {
                (int channel, int t) = (i / count, i % count);
                float weight = 0.5f - MathF.Abs(((t + 1f) / (length + 1f)) - 0.5f);
                sums[(channel * total) + start + t] += weight * samples[i];
                weights[start + t] += channel == 0 ? weight : 0;
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] /= weights[i % total];
        }

        return (new AudioBuffer(sums, audio.Channels, audio.SampleRateHz), [.. codes]);
    }

    private static (float[] Samples, ushort[] Codes) Segment(EncodecNetwork network, AudioBuffer audio, int start, int count, int levels)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor samples = tensor(audio.Slice(start, count).Samples, [1, audio.Channels, count], dtype: null, device: network.Device);
        (Tensor latent, Tensor? scale) = network.EncodeSegment(samples);
        ushort[] codes = [];
        if (levels > 0)
        {
            QuantizedLatent quantized = network.Quantizer.Quantize(latent, levels);
            latent = quantized.Latent;
            codes = [.. quantized.Codes.squeeze(1).t().contiguous().cpu().data<long>().ToArray().Select(c => (ushort)c)];
        }

        Tensor output = network.DecodeAfterLeadIn(latent, scale).narrow(2, 0, count).cpu().contiguous();
        return (output.data<float>().ToArray(), codes);
    }
}
