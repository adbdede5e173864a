using System.Globalization;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Generation;

/// <summary>Draws crops of tokens and captions. A batch depends on seed and step alone, so that a resumed run sees the same data.</summary>
internal sealed class GeneratorData : IGeneratorData
{
    private readonly GeneratorDataSettings _settings;
    private readonly CaptionChooser _captions;
    private readonly IReadOnlyList<TokenSequence> _valid;
    private readonly long _seed;
    private readonly ClipVariants[] _clips;
    private readonly Dictionary<string, KindPicker> _pickers = [];

    /// <summary>Prepares drawing.</summary>
    /// <param name="train">Tokens to draw from.</param>
    /// <param name="valid">Tokens to validate on.</param>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="frames">Frames F of a crop.</param>
    /// <param name="settings">Weights, crops, captions.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ConfigException">The labels and kinds with a weight above 0 have no file at some step.</exception>
    public GeneratorData(TokenSet train, IReadOnlyList<TokenSequence> valid, int codebooks, int frames, GeneratorDataSettings settings, long seed)
    {
        (_settings, _valid, Codebooks, Frames, _seed) = (settings, valid, codebooks, frames, seed);
        BrokenFiles = (train.BrokenFiles, train.FirstError);
        _captions = new CaptionChooser(settings.Captions);
        _clips = [.. train.Sequences.GroupBy(s => s.Clip).Select(g => new ClipVariants([.. g], settings.EventRangeDb))];
        foreach (int step in settings.Weights.Values.SelectMany(w => w.Steps).Append(0))
        {
            _ = PickerAt(step);
        }
    }

    /// <inheritdoc/>
    public int Frames { get; }

    /// <inheritdoc/>
    public int Codebooks { get; }

    /// <inheritdoc/>
    public (int Count, string? FirstError) BrokenFiles { get; }

    /// <summary>Gets the tokens of a data set, encoding what is not kept yet, and prepares drawing from them.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="fingerprint">Fingerprint of its weights.</param>
    /// <param name="codebooks">Codebooks K.</param>
    /// <param name="settings">The recipe's data section.</param>
    /// <param name="train">Files to train on.</param>
    /// <param name="valid">Files to validate on; they may be none.</param>
    /// <param name="folder">Folder of the tokens where the recipe names none; <see langword="null"/> to keep nothing and encode no variants, as in a dry run.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="threads">Files encoded at the same time.</param>
    /// <param name="report">Told the progress.</param>
    /// <param name="cancellation">Stops the encoding.</param>
    /// <exception cref="ConfigException">The settings do not fit the data or the codec, or the folder holds tokens of another codec.</exception>
    /// <exception cref="AudioFormatException">No file could be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GeneratorData Prepare(
        ICodecEngine codec,
        WeightsFingerprint fingerprint,
        int codebooks,
        GeneratorDataSettings settings,
        IReadOnlyList<AudioClip> train,
        IReadOnlyList<AudioClip> valid,
        string? folder,
        long seed,
        int threads,
        Action<string> report,
        CancellationToken cancellation)
    {
        string? place = folder is not null && settings.Tokens.Length > 0 ? settings.Tokens : folder;
        var cache = new TokenCache(codec, fingerprint, codebooks, settings, place, threads, report);
        TokenSet drawn = cache.Get(settings.Split, train, augmented: folder is not null, cancellation);
        IReadOnlyList<TokenSequence> checkedOn = valid.Count > 0 ? cache.Get(settings.ValidSplit, valid, augmented: false, cancellation).Sequences : [];
        double minutes = drawn.Sequences.Sum(s => (double)s.Frames) * codec.Config.HopSamples / codec.Config.SampleRateHz / 60;
        report(string.Create(CultureInfo.InvariantCulture, $"{drawn.Sequences.Count} encodings of {train.Count} files, {minutes:F0} min of tokens"));
        int frames = Math.Max(1, (int)Math.Round(settings.CropSeconds * codec.Config.FrameRateHz));
        return new GeneratorData(drawn, checkedOn, codebooks, frames, settings, seed);
    }

    /// <inheritdoc/>
    public GeneratorBatch Next(long step)
    {
        KindPicker picker = PickerAt(step);
        GeneratorBatch batch = Empty(_settings.BatchSize);
        for (int row = 0; row < _settings.BatchSize; row++)
        {
            SplitMix random = SplitMix.For(_seed, step + 1, row + 1);
            (TokenSequence sequence, int[] sounding) = _clips[picker.Pick(random)].Draw(_settings.MixtureShare, random);
            Fill(batch, row, sequence, FrameLevels.PickStart(sounding, Frames, _settings.EventShare, random));
            string? caption = _captions.Draw(sequence, random);
            batch.Captions[row] = random.NextDouble() < _settings.TextDrop ? null : caption;
        }

        return batch;
    }

    /// <inheritdoc/>
    /// <remarks>Every file once: its first crop with the most that sounds, and its usual caption.</remarks>
    public IReadOnlyList<GeneratorBatch> Validation() => [.. _valid.Chunk(_settings.BatchSize).Select(part =>
    {
        GeneratorBatch batch = Empty(part.Length);
        for (int row = 0; row < part.Length; row++)
        {
            int[] sounding = FrameLevels.CountSounding(part[row].LevelsDb, _settings.EventRangeDb);
            Fill(batch, row, part[row], FrameLevels.PickStart(sounding, Frames, share: 1, random: null));
            batch.Captions[row] = CaptionChooser.Usual(part[row].Clip);
        }

        return batch;
    })];

    private GeneratorBatch Empty(int rows) => new(new int[rows * Frames * Codebooks], new int[rows], new string?[rows]);

    private void Fill(GeneratorBatch batch, int row, TokenSequence sequence, int start)
    {
        int frames = Math.Min(Frames, sequence.Frames - start);
        batch.Frames[row] = frames;
        ReadOnlySpan<ushort> codes = sequence.Codes.AsSpan(start * Codebooks, frames * Codebooks);
        Span<int> target = batch.Codes.AsSpan(row * Frames * Codebooks);
        for (int i = 0; i < codes.Length; i++)
        {
            target[i] = codes[i];
        }
    }

    private KindPicker PickerAt(long step)
    {
        Dictionary<string, double> weights = _settings.Weights.ToDictionary(w => w.Key, w => w.Value.At(step));
        string key = string.Join(' ', weights.Values.Select(w => w.ToString("R", CultureInfo.InvariantCulture)));
        lock (_pickers)
        {
            if (!_pickers.TryGetValue(key, out KindPicker? picker))
            {
                string[] groups = [.. _clips.Select(c => ClipGroups.Of(c.Clip, _settings.Weights))];
                picker = new KindPicker(groups, weights, entries => entries.Select(i => (double)_clips[i].SoundingFrames), "encoded files", "data.weights");
                _pickers[key] = picker;
            }

            return picker;
        }
    }

    /// <summary>All encodings of a file, with the sounding frames of each.</summary>
    private sealed class ClipVariants
    {
        private readonly (TokenSequence Sequence, int[] Sounding)[] _plain;
        private readonly (TokenSequence Sequence, int[] Sounding)[] _mixed;

        public ClipVariants(TokenSequence[] sequences, double rangeDb)
        {
            Clip = sequences[0].Clip;
            (TokenSequence Sequence, int[] Sounding)[] all = [.. sequences.Select(s => (s, FrameLevels.CountSounding(s.LevelsDb, rangeDb)))];
            _plain = [.. all.Where(s => s.Sequence.Second is null)];
            _mixed = [.. all.Where(s => s.Sequence.Second is not null)];
            SoundingFrames = Math.Max(1, all[0].Sounding[^1]); // A silent file is drawn too, though hardly ever.
        }

        public AudioClip Clip { get; }

        public int SoundingFrames { get; }

        public (TokenSequence Sequence, int[] Sounding) Draw(double mixtureShare, SplitMix random)
        {
            (TokenSequence Sequence, int[] Sounding)[] from = _mixed.Length > 0 && (_plain.Length == 0 || random.NextDouble() < mixtureShare) ? _mixed : _plain;
            return from[random.NextInt64(from.Length)];
        }
    }
}
