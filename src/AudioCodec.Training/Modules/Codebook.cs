using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Modules;

/// <summary>One level's codewords, moving averages of the rows they stand for.</summary>
internal sealed class Codebook
{
    private const double Epsilon = 1e-5;

    private readonly Tensor _words;
    private readonly Tensor _sums;
    private readonly Tensor _uses;
    private readonly int _size;
    private readonly QuantizerSettings _settings;

    public Codebook(ParameterSet set, string prefix, int size, int dimension, QuantizerSettings settings)
    {
        (_size, _settings) = (size, settings);
        float[] words = set.Uniform((long)size * dimension, Math.Sqrt(1.0 / dimension));
        _uses = set.Buffer(prefix + ".cluster_size", new float[size], size);
        _words = set.Buffer(prefix + ".embed", words, size, dimension);
        _sums = set.Buffer(prefix + ".embed_avg", words, size, dimension);
    }

    /// <summary>Nearest codewords of [M, D]: codes [M] and words [M, D].</summary>
    public (Tensor Codes, Tensor Words) Forward(Tensor rows, SplitMix? update)
    {
        Tensor codes = Nearest(rows);
        Tensor words = _words.index_select(0, codes);
        if (update is not null)
        {
            ReplaceDead(rows, update);
            Follow(rows, codes);
        }

        return (codes, words);
    }

    /// <summary>Lloyd's k-means, started from rows drawn at random; a code that gets no row is drawn anew.</summary>
    public void Initialize(Tensor rows, int iterations, SplitMix random)
    {
        _words.copy_(rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device)));
        for (int round = 0; round < iterations; round++)
        {
            using var scope = NewDisposeScope();
            (Tensor uses, Tensor sums) = Pool(rows, Nearest(rows));
            Tensor fresh = rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device));
            Tensor means = sums / uses.clamp_min(1).unsqueeze(1);
            _words.copy_(where(uses.unsqueeze(1) > 0, means, fresh));
        }

        // Uses are put on the scale that the moving average settles at, so that no code looks dead at the start.
        (Tensor found, _) = Pool(rows, Nearest(rows));
        _uses.copy_(found.clamp_min(1) * ((double)_size / rows.shape[0]));
        _sums.copy_(_words * _uses.unsqueeze(1));
    }

    private static Tensor Draw(long count, int draws, SplitMix random, Device device)
    {
        var picks = new long[draws];
        for (int i = 0; i < draws; i++)
        {
            picks[i] = random.NextInt64(count);
        }

        return tensor(picks, [draws], dtype: null, device: device);
    }

    /// <summary>The squared distance without the row's own norm, which is the same for all codewords.</summary>
    private Tensor Nearest(Tensor rows) =>
        addmm(_words.square().sum([1L]), rows, _words.t(), 1, -2).argmin(1);

    private (Tensor Uses, Tensor Sums) Pool(Tensor rows, Tensor codes)
    {
        Tensor uses = zeros_like(_uses).index_add_(0, codes, ones(rows.shape[0], device: rows.device), 1);
        return (uses, zeros_like(_words).index_add_(0, codes, rows, 1));
    }

    private void Follow(Tensor rows, Tensor codes)
    {
        double fresh = 1 - _settings.Decay;
        (Tensor uses, Tensor sums) = Pool(rows, codes);
        _uses.mul_(_settings.Decay).add_(uses, alpha: fresh);
        _sums.mul_(_settings.Decay).add_(sums, alpha: fresh);
        Tensor total = _uses.sum();
        Tensor smoothed = (_uses + Epsilon) / (total + (_size * Epsilon)) * total;
        _words.copy_(_sums / smoothed.unsqueeze(1));
    }

    private void ReplaceDead(Tensor rows, SplitMix random)
    {
        if (_settings.DeadBelow <= 0)
        {
            return;
        }

        Tensor dead = _uses < _settings.DeadBelow;
        if (dead.any().ToBoolean() is false)
        {
            return;
        }

        Tensor fresh = rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device));
        Tensor column = dead.unsqueeze(1);
        _words.copy_(where(column, fresh, _words));

        // A replaced code starts with the uses of an average one, so that it is not replaced again before it could be found.
        double uses = Math.Max(_settings.DeadBelow * 2, (double)rows.shape[0] / _size);
        _uses.masked_fill_(dead, uses);
        _sums.copy_(where(column, fresh * uses, _sums));
    }
}
