using AudioCodec.Numerics;

namespace AudioCodec.Training.Data;

/// <summary>Draws batches of random crops of codes. A batch depends on seed and step alone, so that a resumed run sees the same data.</summary>
internal sealed class CodeSampler
{
    private readonly IReadOnlyList<CodeSequence> _sequences;
    private readonly IReadOnlyList<(double Kbps, int Codebooks, double Weight)> _bandwidths;
    private readonly double[] _bandwidthWeights;
    private readonly KindPicker _picker;
    private readonly int _stride;
    private readonly int _items;
    private readonly int _steps;
    private readonly long _seed;

    /// <param name="sequences">Codes to draw from.</param>
    /// <param name="stride">Codebooks that they have.</param>
    /// <param name="bandwidths">Codebooks to draw, with their relative frequency.</param>
    /// <param name="kindWeights">Relative frequency of each kind; empty takes all by their length.</param>
    /// <param name="items">Crops per batch B.</param>
    /// <param name="steps">Frames per crop T.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ConfigException">The kinds with a weight above 0 have no sequence.</exception>
    public CodeSampler(
        IReadOnlyList<CodeSequence> sequences,
        int stride,
        IReadOnlyList<(double Kbps, int Codebooks, double Weight)> bandwidths,
        Dictionary<string, double> kindWeights,
        int items,
        int steps,
        long seed)
    {
        (_sequences, _stride, _bandwidths, _items, _steps, _seed) = (sequences, stride, bandwidths, items, steps, seed);
        _bandwidthWeights = [.. bandwidths.Select(b => b.Weight)];
        _picker = new KindPicker([.. sequences.Select(s => s.Kind)], kindWeights, kind => kind.Select(i => (double)sequences[i].Codes.Length), "encoded files");
    }

    /// <summary>The batch of one step.</summary>
    public CodeBatch Batch(long step)
    {
        SplitMix random = SplitMix.For(_seed, step + 1, 0);
        int codebooks = _bandwidths[random.NextIndex(_bandwidthWeights)].Codebooks;
        var batch = new CodeBatch(codebooks, _items, _steps);
        for (int item = 0; item < _items; item++)
        {
            SplitMix own = SplitMix.For(_seed, step + 1, item + 1);
            ushort[] codes = _sequences[_picker.Pick(own)].Codes;
            int frames = codes.Length / _stride;
            int start = frames > _steps ? (int)own.NextInt64(frames - _steps + 1) : 0;
            batch.Set(item, codes.AsSpan(start * _stride, Math.Min(frames, _steps) * _stride), _stride);
        }

        return batch;
    }
}
