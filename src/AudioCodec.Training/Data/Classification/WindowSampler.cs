using AudioCodec.Classification;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Classification;

/// <summary>Draws batches of changed windows for the networks of an ensemble. A batch depends on seed, step and network alone, so that a resumed run sees the same data.</summary>
internal sealed class WindowSampler
{
    private readonly ClassifierConfig _config;
    private readonly ClassifierDataSettings _data;
    private readonly LogMelFrames _frames;
    private readonly WindowChanges _changes;
    private readonly long _seed;

    // By network, then by class.
    private readonly SpectrogramSet[][][] _classes;
    private readonly SpectrogramSet[] _backgrounds;

    /// <summary>Prepares drawing.</summary>
    /// <param name="config">The classifier.</param>
    /// <param name="data">What is done to the windows.</param>
    /// <param name="sets">The recordings.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="ConfigException">A network has no recording of a class.</exception>
    public WindowSampler(ClassifierConfig config, ClassifierDataSettings data, IReadOnlyList<SpectrogramSet> sets, long seed)
    {
        (_config, _data, _seed) = (config, data, seed);
        _frames = new LogMelFrames(config);
        _changes = new WindowChanges(config, data);
        _backgrounds = [.. sets.Where(set => set.Source.Class == LabelledClip.Background)];
        _classes = [.. Enumerable.Range(0, config.Members).Select(member => Enumerable.Range(0, config.Labels.Count).Select(type => Of(sets, member, type)).ToArray())];
    }

    /// <summary>The fold that a network never sees.</summary>
    public static int HeldOutFold(int member, int folds) => (member % folds) + 1;

    /// <summary>The batch of one network in one step.</summary>
    public WindowBatch Batch(long step, int member)
    {
        int length = _config.WindowFrames * _config.MelBands, classes = _config.Labels.Count;
        var batch = new WindowBatch(new float[_data.BatchSize * length], new float[_data.BatchSize * classes]);
        for (int item = 0; item < _data.BatchSize; item++)
        {
            SplitMix random = SplitMix.For(_seed, step + 1, (member * _data.BatchSize) + item + 1);
            Fill(batch.Windows.AsSpan(item * length, length), batch.Targets.AsSpan(item * classes, classes), member, random);
        }

        return batch;
    }

    private SpectrogramSet[] Of(IReadOnlyList<SpectrogramSet> sets, int member, int type)
    {
        int held = HeldOutFold(member, _data.Folds);
        SpectrogramSet[] found = [.. sets.Where(set => set.Source.Class == type && set.Source.Fold != held)];
        return found.Length > 0
            ? found
            : throw new ConfigException($"model.labels: no recording of '{_config.Labels[type]}' in the split '{_data.Split}'{(sets.Any(s => s.Source.Class == type) ? $" outside of fold {held}" : string.Empty)} can be read.", "model.labels");
    }

    private void Fill(Span<float> window, Span<float> targets, int member, SplitMix random)
    {
        int type = (int)random.NextInt64(targets.Length);
        Draw(window, Any(_classes[member][type], random), random);
        double share = 1;
        int other = type;
        if (random.NextDouble() < _data.MixProbability)
        {
            other = (int)random.NextInt64(targets.Length);
            var second = new float[window.Length];
            Draw(second, Any(_classes[member][other], random), random);

            // Mostly one of the two (an arcsine distribution).
            share = Math.Clamp(Math.Pow(Math.Sin(random.NextDouble() * Math.PI / 2), 2), 1e-6, 1 - 1e-6);
            WindowChanges.Mix(window, second, share);
        }
        else if (_backgrounds.Length > 0 && random.NextDouble() < _data.BackgroundProbability)
        {
            var second = new float[window.Length];
            Draw(second, Any(_backgrounds, random), random);
            WindowChanges.AddBackground(window, second, random.NextDouble(5, 25));
        }

        _changes.Apply(window, random);
        _frames.Scale(window);
        _changes.Hide(window, random);
        targets.Fill((float)(_data.LabelSmoothing / targets.Length));
        targets[type] += (float)(share * (1 - _data.LabelSmoothing));
        targets[other] += (float)((1 - share) * (1 - _data.LabelSmoothing));
    }

    private static SpectrogramSet Any(SpectrogramSet[] sets, SplitMix random) => sets[random.NextInt64(sets.Length)];

    /// <summary>A piece of one version of a recording, faster or slower, at a random place of the window.</summary>
    private void Draw(Span<float> window, SpectrogramSet set, SplitMix random)
    {
        int version = set.Versions.Count == 1 || random.NextDouble() < _data.OriginalShare ? 0 : 1 + (int)random.NextInt64(set.Versions.Count - 1);
        float[] bands = set.Versions[version];
        int columns = _config.MelBands, frames = bands.Length / columns;
        double tempo = Math.Exp(random.NextDouble(-_data.Stretch, _data.Stretch));
        int taken = Math.Clamp((int)Math.Round(_config.WindowFrames * tempo), 1, frames);
        int count = Math.Clamp((int)Math.Round(taken / tempo), 1, _config.WindowFrames);
        int start = (int)random.NextInt64(frames - taken + 1);
        int place = (int)random.NextInt64(_config.WindowFrames - count + 1);
        window.Fill(_frames.Floor);
        for (int f = 0; f < count; f++)
        {
            int source = start + (int)((long)f * (taken - 1) / Math.Max(1, count - 1));
            bands.AsSpan(source * columns, columns).CopyTo(window[((place + f) * columns)..]);
        }
    }
}
