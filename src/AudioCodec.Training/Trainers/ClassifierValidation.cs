using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Training.Data.Classification;

namespace AudioCodec.Training.Trainers;

/// <summary>Measures a sound classifier: each network on the recordings that were kept from it, and the ensemble on the validation files; the recordings themselves, and the first coded version of each.</summary>
internal sealed class ClassifierValidation
{
    private static readonly string[] s_versions = ["original", "codec"];

    private readonly ClassifierConfig _config;
    private readonly LogMelFrames _frames;
    private readonly int _folds;
    private readonly SpectrogramSet[] _training;
    private readonly SpectrogramSet[] _validation;

    /// <param name="config">The classifier.</param>
    /// <param name="folds">Folds of the training recordings.</param>
    /// <param name="training">Recordings that the networks are trained on; those of no fold are left out.</param>
    /// <param name="validation">Recordings that none is trained on; may be empty.</param>
    public ClassifierValidation(ClassifierConfig config, int folds, IReadOnlyList<SpectrogramSet> training, IReadOnlyList<SpectrogramSet> validation)
    {
        (_config, _folds, _frames) = (config, folds, new LogMelFrames(config));
        _training = [.. training.Where(set => set.Source.Class >= 0 && set.Source.Fold >= 1 && set.Source.Fold <= folds)];
        _validation = [.. validation.Where(set => set.Source.Class >= 0)];
    }

    /// <summary>Accuracies in percent, and the temperature that suits what the networks say of recordings that were kept from them.</summary>
    /// <param name="weights">The networks' tensors.</param>
    public (SortedDictionary<string, double> Values, double Temperature) Run(StateDict weights)
    {
        ClassifierMember[] members = [.. Enumerable.Range(0, _config.Members).Select(member => new ClassifierMember(_config, weights, member))];
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var heldOut = new List<ClipLogits>();
        for (int version = 0; version < s_versions.Length; version++)
        {
            ClipLogits[] own = [.. _training.Select(set => Listen(members, set, version, member => WindowSampler.HeldOutFold(member, _folds) == set.Source.Fold))];
            heldOut.AddRange(own);
            AddAccuracies(values, $"cross_validation_{s_versions[version]}", own);
            AddAccuracies(values, $"ensemble_{s_versions[version]}", [.. _validation.Select(set => Listen(members, set, version, _ => true))]);
        }

        double temperature = heldOut.Count == 0 ? 1 : Enumerable.Range(0, 61).Select(i => Math.Pow(10, (i - 30) / 40.0)).MinBy(t => heldOut.Sum(clip => clip.Loss(t)));
        values["temperature"] = temperature;
        values["held_out_nats"] = heldOut.Count == 0 ? double.NaN : heldOut.Average(clip => clip.Loss(temperature));
        return (values, temperature);
    }

    private void AddAccuracies(SortedDictionary<string, double> values, string name, ClipLogits[] clips)
    {
        if (clips.Length == 0)
        {
            return;
        }

        values["valid_" + name] = 100 * clips.Average(clip => clip.IsRight ? 1.0 : 0);
        foreach (IGrouping<int, ClipLogits> type in clips.GroupBy(clip => clip.Class))
        {
            values[$"{name}_{_config.Labels[type.Key].Replace(' ', '_')}"] = 100 * type.Average(clip => clip.IsRight ? 1.0 : 0);
        }
    }

    private ClipLogits Listen(ClassifierMember[] members, SpectrogramSet set, int version, Func<int, bool> asked)
    {
        float[] windows = _frames.Windows(set.Versions[version]);
        int length = _config.WindowFrames * _config.MelBands;
        var embedding = new float[_config.Embedding];
        var all = new List<float[]>();
        for (int member = 0; member < members.Length; member++)
        {
            for (int start = 0; asked(member) && start < windows.Length; start += length)
            {
                var logits = new float[_config.Labels.Count];
                members[member].Run(windows.AsSpan(start, length), embedding, logits);
                all.Add(logits);
            }
        }

        return new ClipLogits(set.Source.Class, all);
    }

    /// <summary>The logits of a recording's windows.</summary>
    private sealed record ClipLogits(int Class, List<float[]> Windows)
    {
        public bool IsRight => TensorPrimitives.IndexOfMax<float>(Probabilities(1)) == Class;

        public double Loss(double temperature) => -Math.Log(Math.Max(Probabilities(temperature)[Class], 1e-9));

        private float[] Probabilities(double temperature)
        {
            var mean = new float[Windows[0].Length];
            var own = new float[mean.Length];
            foreach (float[] logits in Windows)
            {
                TensorPrimitives.Divide(logits, (float)temperature, own);
                TensorPrimitives.SoftMax(own, own);
                TensorPrimitives.Add(mean, own, mean);
            }

            TensorPrimitives.Divide(mean, Windows.Count, mean);
            return mean;
        }
    }
}
