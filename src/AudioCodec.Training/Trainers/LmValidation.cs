using System.Globalization;
using AudioCodec.Torch.Entropy;
using AudioCodec.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AudioCodec.Training.Trainers;

/// <summary>Measures what a language model saves on the validation files, coded in chunks as a version-1 file has them.</summary>
internal sealed class LmValidation
{
    private readonly IReadOnlyList<(double Kbps, int Codebooks, double Weight)> _bandwidths;
    private readonly double _detailedKbps;
    private readonly int _stride;
    private readonly int _items;
    private readonly int _steps;
    private readonly (CodeSequence Sequence, int Start, int Frames)[] _chunks;

    /// <param name="sequences">Codes of the validation files.</param>
    /// <param name="stride">Codebooks that they have.</param>
    /// <param name="bandwidths">Bandwidths to measure, with their weights in the score.</param>
    /// <param name="detailedKbps">Bandwidth that is reported by kind and by codebook.</param>
    /// <param name="items">Chunks computed together.</param>
    /// <param name="steps">Frames per chunk.</param>
    public LmValidation(
        IReadOnlyList<CodeSequence> sequences,
        int stride,
        IReadOnlyList<(double Kbps, int Codebooks, double Weight)> bandwidths,
        double detailedKbps,
        int items,
        int steps)
    {
        (_stride, _bandwidths, _detailedKbps, _items, _steps) = (stride, bandwidths, detailedKbps, items, steps);
        _chunks = [.. sequences.SelectMany(s => Enumerable.Range(0, ((s.Codes.Length / stride) + steps - 1) / steps)
            .Select(i => (s, i * steps, Math.Min(steps, (s.Codes.Length / stride) - (i * steps)))))];
    }

    /// <summary>
    /// Saving at each bandwidth against bit packing, in percent, and at one bandwidth for each kind; bits per code at each bandwidth
    /// and of each codebook.
    /// </summary>
    /// <param name="network">The model.</param>
    /// <returns>The values to log, and the mean saving weighted as training draws the bandwidths.</returns>
    public (SortedDictionary<string, double> Values, double Score) Run(EntropyNetwork network)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        double plain = Math.Log2(network.Config.CodebookSize);
        double score = 0;
        foreach ((double kbps, int codebooks, double weight) in _bandwidths)
        {
            Dictionary<string, (double[] Bits, long Frames)> kinds = Measure(network, codebooks);
            long frames = kinds.Values.Sum(k => k.Frames);
            double bits = kinds.Values.Sum(k => k.Bits.Sum()) / (frames * codebooks);
            string rate = kbps.ToString(CultureInfo.InvariantCulture);
            values[$"bits_at_{rate}"] = bits;
            values[$"valid_saving_{rate}"] = 100 * (1 - (bits / plain));
            score += weight * values[$"valid_saving_{rate}"];
            if (kbps == _detailedKbps)
            {
                foreach ((string kind, (double[] own, long count)) in kinds.Where(k => k.Key.Length > 0))
                {
                    values[$"valid_saving_{kind}"] = 100 * (1 - (own.Sum() / (count * codebooks) / plain));
                }

                for (int k = 0; k < codebooks; k++)
                {
                    values[$"bits_{k:D2}"] = kinds.Values.Sum(v => v.Bits[k]) / frames;
                }
            }
        }

        return (values, score / _bandwidths.Sum(b => b.Weight));
    }

    /// <summary>Bits by kind and codebook, and frames by kind.</summary>
    private Dictionary<string, (double[] Bits, long Frames)> Measure(EntropyNetwork network, int codebooks)
    {
        var kinds = new Dictionary<string, (double[] Bits, long Frames)>(StringComparer.Ordinal);
        foreach ((CodeSequence Sequence, int Start, int Frames)[] chunks in _chunks.Chunk(_items))
        {
            var batch = new CodeBatch(codebooks, chunks.Length, _steps);
            for (int item = 0; item < chunks.Length; item++)
            {
                (CodeSequence sequence, int start, int frames) = chunks[item];
                batch.Set(item, sequence.Codes.AsSpan(start * _stride, frames * _stride), _stride);
            }

            float[] nats = Nats(network, batch);
            for (int item = 0; item < chunks.Length; item++)
            {
                string kind = chunks[item].Sequence.Kind;
                (double[] bits, long frames) = kinds.TryGetValue(kind, out (double[], long) held) ? held : (new double[codebooks], 0);
                for (int k = 0; k < codebooks; k++)
                {
                    bits[k] += nats[(k * chunks.Length) + item] / Math.Log(2);
                }

                kinds[kind] = (bits, frames + chunks[item].Frames);
            }
        }

        return kinds;
    }

    /// <summary>[K, B] information of each item's codes.</summary>
    private static float[] Nats(EntropyNetwork network, CodeBatch batch)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Device device = network.Device;
        Tensor previous = tensor(batch.Previous, [batch.Codebooks, batch.Items, batch.Steps], dtype: null, device: device);
        Tensor[] targets = tensor(batch.Targets, [batch.Codebooks, (long)batch.Items * batch.Steps], dtype: null, device: device).unbind(0);
        Tensor hidden = network.call(previous, 0);
        var sums = new Tensor[targets.Length];
        for (int k = 0; k < sums.Length; k++)
        {
            using var inner = NewDisposeScope();
            Tensor nats = functional.cross_entropy(network.Logits(hidden, k), targets[k], ignore_index: CodeBatch.NoCode, reduction: Reduction.None);
            sums[k] = nats.view(batch.Items, batch.Steps).sum([1L]).MoveToOuterDisposeScope();
        }

        return stack(sums, 0).cpu().contiguous().data<float>().ToArray();
    }
}
