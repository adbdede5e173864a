using AudioCodec.Numerics;
using AudioCodec.Torch.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Quantization;

/// <summary>The codewords of one level, which are moving averages of the rows that they stand for.</summary>
internal sealed class Codebook : nn.Module, ITrainingBuffers
{
    private const double Epsilon = 1e-5;

    [ComponentName(Name = "inited")]
    private readonly Tensor _initialized;

    [ComponentName(Name = "cluster_size")]
    private readonly Tensor _uses;

    [ComponentName(Name = "embed")]
    private readonly Tensor _codewords;

    [ComponentName(Name = "embed_avg")]
    private readonly Tensor _sums;

    private readonly int _size;
    private readonly CodebookUpdate _update;

    /// <summary>Creates random codewords.</summary>
    /// <param name="size">Codewords N.</param>
    /// <param name="dimension">Their dimension D.</param>
    /// <param name="update">How they follow what they quantize.</param>
    /// <param name="random">Source of the codewords.</param>
    public Codebook(int size, int dimension, CodebookUpdate update, SplitMix random)
        : base(nameof(Codebook))
    {
        (_size, _update) = (size, update);
        float[] values = FreshValues.Uniform(random, (long)size * dimension, Math.Sqrt(1.0 / dimension));
        _initialized = zeros(1);
        _uses = zeros(size);
        _codewords = tensor(values, size, dimension);
        _sums = tensor(values, size, dimension);
        RegisterComponents();
    }

    public IReadOnlyList<string> TrainingBuffers => ["inited", "cluster_size", "embed_avg"];

    public void ResetTrainingBuffers()
    {
        _initialized.fill_(1);
        _uses.fill_(1);
        _sums.copy_(_codewords);
    }

    /// <summary>Nearest codewords of [M, D]: codes [M] and codewords [M, D].</summary>
    public (Tensor Codes, Tensor Codewords) Quantize(Tensor rows)
    {
        Tensor codes = Nearest(rows);
        return (codes, _codewords.index_select(0, codes));
    }

    /// <summary>Whether each of several codebooks has codes that died out, read from the device at once.</summary>
    public static bool[] HaveDead(IReadOnlyList<Codebook> codebooks) => codebooks[0]._update.DeadBelow <= 0
        ? new bool[codebooks.Count]
        : (stack([.. codebooks.Select(codebook => codebook._uses)]).amin([1L]) < codebooks[0]._update.DeadBelow).cpu().data<bool>().ToArray();

    /// <summary>Lets the codewords follow what they quantized.</summary>
    /// <param name="rows">The rows, [M, D].</param>
    /// <param name="codes">Their codes, [M].</param>
    /// <param name="replacement">Draws rows in place of the codes that died out; <see langword="null"/> where none did.</param>
    public void Update(Tensor rows, Tensor codes, SplitMix? replacement)
    {
        if (replacement is not null)
        {
            ReplaceDead(rows, replacement);
        }

        Follow(rows, codes);
    }

    /// <summary>Lloyd's k-means, started from rows drawn at random; a code that no row is nearest to is drawn again.</summary>
    public void Initialize(Tensor rows, int iterations, SplitMix random)
    {
        _codewords.copy_(rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device)));
        for (int round = 0; round < iterations; round++)
        {
            using var scope = NewDisposeScope();
            (Tensor uses, Tensor sums) = Pool(rows, Nearest(rows));
            Tensor fresh = rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device));
            Tensor means = sums / uses.clamp_min(1).unsqueeze(1);
            _codewords.copy_(where(uses.unsqueeze(1) > 0, means, fresh));
        }

        // Uses are put on the scale that the moving average settles at, so that no code looks dead at the start.
        (Tensor found, _) = Pool(rows, Nearest(rows));
        _uses.copy_(found.clamp_min(1) * ((double)_size / rows.shape[0]));
        _sums.copy_(_codewords * _uses.unsqueeze(1));
        _initialized.fill_(1);
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
        addmm(_codewords.square().sum([1L]), rows, _codewords.t(), 1, -2).argmin(1);

    private (Tensor Uses, Tensor Sums) Pool(Tensor rows, Tensor codes)
    {
        Tensor uses = zeros_like(_uses).index_add_(0, codes, ones(rows.shape[0], dtype: rows.dtype, device: rows.device), 1);
        return (uses, zeros_like(_codewords).index_add_(0, codes, rows, 1));
    }

    private void Follow(Tensor rows, Tensor codes)
    {
        (Tensor uses, Tensor sums) = Pool(rows, codes);
        _uses.mul_(_update.Decay).add_(uses, alpha: 1 - _update.Decay);
        _sums.mul_(_update.Decay).add_(sums, alpha: 1 - _update.Decay);
        Tensor total = _uses.sum();
        Tensor smoothed = (_uses + Epsilon) / (total + (_size * Epsilon)) * total;
        _codewords.copy_(_sums / smoothed.unsqueeze(1));
    }

    private void ReplaceDead(Tensor rows, SplitMix random)
    {
        Tensor dead = _uses < _update.DeadBelow;
        Tensor fresh = rows.index_select(0, Draw(rows.shape[0], _size, random, rows.device));
        Tensor column = dead.unsqueeze(1);
        _codewords.copy_(where(column, fresh, _codewords));

        // A replaced code starts with the uses of an average one, so that it is not replaced again before it could be found.
        double uses = Math.Max(_update.DeadBelow * 2, (double)rows.shape[0] / _size);
        _uses.masked_fill_(dead, uses);
        _sums.copy_(where(column, fresh * uses, _sums));
    }
}
