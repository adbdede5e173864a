using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace AudioCodec.Torch;

/// <summary>Latents of several recordings at once.</summary>
/// <remarks>
/// Recordings of a causal model lie side by side, silence behind the shorter ones: what follows cannot be heard in earlier frames, but for the last frame
/// of a recording that ends within it, whose convolutions reflect the end. That frame is computed once more, alone, before the LSTM. Models that look
/// ahead or normalize over time get pieces of one length together: the segments of a segmented model.
/// </remarks>
/// <param name="network">The network, without gradients; shared, not changed.</param>
/// <param name="whole">Whether it sees whole pieces only.</param>
internal sealed class TorchBatchEncoder(EncodecNetwork network, bool whole)
{
    private readonly EncodecConfig _config = network.Config;

    /// <summary>Encodes recordings of the model's rate and channels.</summary>
    /// <returns>The latents of each, in their order.</returns>
    public LatentAudio[] Encode(IReadOnlyList<AudioBuffer> recordings)
    {
        Piece[][] pieces = [.. recordings.Select(recording => Divide(recording).ToArray())];
        Piece[] all = [.. pieces.SelectMany(p => p)];
        foreach (IGrouping<int, Piece> together in all.GroupBy(KeyOf))
        {
            Run([.. together]);
        }

        return [.. recordings.Select((recording, i) =>
            new LatentAudio(recording.LengthSamples, _config.Dimension, [.. pieces[i].Select(piece => new LatentSegment(piece.Scale, piece.Latents))]))];
    }

    /// <summary>Pieces of one key run together: those of one length, or all that are long enough to be reflected at their start.</summary>
    private int KeyOf(Piece piece) => whole || piece.Length <= TorchSeanetState.FirstFrames * _config.HopSamples ? piece.Length : 0;

    private IEnumerable<Piece> Divide(AudioBuffer recording)
    {
        int length = _config.SegmentSamples ?? recording.LengthSamples;
        int stride = _config.SegmentStrideSamples ?? length;
        for (int start = 0; start < recording.LengthSamples; start += stride)
        {
            AudioBuffer own = recording.Slice(start, Math.Min(length, recording.LengthSamples - start));
            float[] samples = [.. own.Samples];
            if (!TensorPrimitives.IsFiniteAll<float>(samples))
            {
                samples = Array.ConvertAll(samples, sample => float.IsFinite(sample) ? sample : 0);
            }

            float scale = _config.NormalizeSegments ? Normalize(samples, own.LengthSamples) : 1;
            yield return new Piece(samples, own.LengthSamples, scale);
        }
    }

    private unsafe float Normalize(float[] planar, int length)
    {
        var audio = new AudioBuffer(planar, _config.Channels, _config.SampleRateHz);
        var rows = new float[planar.Length];
        audio.ReadInterleaved(0, rows);
        fixed (float* pointer = rows)
        {
            float scale = SegmentScale.Normalize(pointer, length, _config.Channels, pointer);
            audio.WriteInterleaved(0, rows);
            return scale;
        }
    }

    private void Run(Piece[] pieces)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        int hop = _config.HopSamples;
        int longest = pieces.Max(piece => piece.Length);
        bool same = pieces.All(piece => piece.Length == longest);
        int padded = same ? longest : (longest + hop - 1) / hop * hop;
        var joined = new float[pieces.Length * _config.Channels * padded];
        for (int i = 0; i < pieces.Length; i++)
        {
            for (int channel = 0; channel < _config.Channels; channel++)
            {
                pieces[i].Channel(channel).CopyTo(joined.AsSpan(((i * _config.Channels) + channel) * padded));
            }
        }

        Tensor audio = tensor(joined, [pieces.Length, _config.Channels, padded], dtype: null, device: network.Device);
        Tensor latents = whole ? network.Encode(audio) : EncodeCausal(audio, pieces, same);
        Tensor rows = latents.permute(0, 2, 1).contiguous().cpu();
        ReadOnlySpan<float> values = rows.data<float>().ToArray();
        int size = (int)latents.shape[2] * _config.Dimension;
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i].Latents = values.Slice(i * size, (pieces[i].Length + hop - 1) / hop * _config.Dimension).ToArray();
        }
    }

    private Tensor EncodeCausal(Tensor audio, Piece[] pieces, bool same)
    {
        Tensor middle = network.Encoder.BeforeMemory(audio);
        for (int i = 0; i < pieces.Length && !same; i++)
        {
            int hop = _config.HopSamples;
            int last = pieces[i].Length / hop;
            if (pieces[i].Length % hop > 0)
            {
                int start = Math.Max(0, last - network.Encoder.FramesBefore(hop)) * hop;
                Tensor end = network.Encoder.BeforeMemory(audio.narrow(0, i, 1).narrow(2, start, pieces[i].Length - start));
                middle.narrow(0, i, 1).narrow(2, last, 1).copy_(end.narrow(2, end.shape[2] - 1, 1));
            }
        }

        (middle, _) = network.Encoder.Remember(middle, null);
        return network.Encoder.AfterMemory(middle);
    }

    /// <summary>What runs as one row of a batch: planar samples, and then their latents [F, D].</summary>
    private sealed class Piece(float[] samples, int length, float scale)
    {
        public int Length => length;

        public float Scale => scale;

        public float[] Latents { get; set; } = [];

        public ReadOnlySpan<float> Channel(int channel) => samples.AsSpan(channel * length, length);
    }
}
