using System.Numerics.Tensors;
using AudioCodec.Audio;
using AudioCodec.Numerics;

namespace AudioCodec.Evaluation.Generation;

/// <summary>Progress of an evaluation.</summary>
/// <param name="Row">Name of the set that is worked on.</param>
/// <param name="Done">Sounds done, of all sets.</param>
/// <param name="Total">Sounds of all sets.</param>
public sealed record GeneratorProgress(string Row, int Done, int Total);

/// <summary>Judges sets of sounds: do they sound like what was asked for, are they distributed like recordings, are they copies of recordings?</summary>
public sealed class GeneratorEvaluator
{
    private const int FloorDraws = 6;
    private const double NearShare = 0.05;

    private readonly IAudioClassifier _classifier;
    private readonly IAudioEmbedding _embedding;
    private readonly long _seed;

    /// <summary>Sets up an evaluation.</summary>
    /// <param name="classifier">Hears which class a sound belongs to.</param>
    /// <param name="embedding">Describes sounds for the Fréchet distance.</param>
    /// <param name="seed">Seed of the random parts that distances are extrapolated from.</param>
    public GeneratorEvaluator(IAudioClassifier classifier, IAudioEmbedding embedding, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(embedding);
        (_classifier, _embedding, _seed) = (classifier, embedding, seed);
    }

    /// <summary>Judges sets.</summary>
    /// <param name="sets">The rows of the table.</param>
    /// <param name="real">
    /// Recordings with labels with which sounds are compared: in pairs, and by the Fréchet distance. The embedding should not have been trained on them, since it shows
    /// what it was trained on otherwise than all else. May be empty; as a row of the table it has no distance.
    /// </param>
    /// <param name="reference">Recordings among which the nearest is looked for: those that the model was trained on; may be empty.</param>
    /// <param name="progress">Receives the progress after each sound.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <exception cref="AudioFormatException">A set holds no sound.</exception>
    /// <exception cref="ConfigException">A sound's label is not one of the classifier's.</exception>
    public GeneratorEvaluationResult Run(
        IReadOnlyList<SoundSet> sets, SoundSet real, SoundSet reference, IProgress<GeneratorProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(reference);
        var counter = new Counter(sets.Append(real).Append(reference).Sum(set => set.Count), progress);
        var examples = new List<JudgedSound>();
        double pieceSeconds = double.PositiveInfinity;
        List<Heard> Listen(SoundSet set) => [.. set.Samples.Select(sample =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Heard heard = Hear(sample, reference.Count > 0, set == reference ? double.PositiveInfinity : pieceSeconds);
            if (set == sets[0] && !examples.Any(example => example.Sample.Label == sample.Label))
            {
                examples.Add(new JudgedSound(sample, _classifier.Labels[heard.Answer], heard.Probabilities[heard.Answer]));
            }

            counter.Add(set.Name);
            return heard;
        })];

        var notes = new List<string>();
        var rows = new List<(SoundSet Set, List<Heard> Sounds)>();
        foreach (SoundSet set in sets)
        {
            rows.Add((set, Listen(set)));

            // Short pieces are more alike by chance: those of the other sets must not be longer.
            pieceSeconds = rows[0].Sounds.Count > 0 ? rows[0].Sounds.Average(heard => heard.Seconds) : pieceSeconds;
        }

        List<Heard> targets = Listen(real);
        List<Heard> known = Listen(reference);
        foreach ((SoundSet set, _) in rows.Where(row => row.Sounds.Count == 0))
        {
            throw new AudioFormatException($"'{set.Name}' holds no sound to judge.", set.Name);
        }

        // Sounds of labels that the recordings lack would count as a difference.
        HashSet<int> compared = [.. targets.Select(heard => heard.Label)];
        float[][] vectors = [.. targets.SelectMany(heard => heard.Vectors)];
        FrechetDistance? distance = vectors.Length >= 2 ? new FrechetDistance(vectors) : null;
        float[][] Compared(SoundSet set, List<Heard> sounds) =>
            distance is null || ReferenceEquals(set, real) ? [] : [.. sounds.Where(heard => compared.Contains(heard.Label)).SelectMany(heard => heard.Vectors)];
        List<float[][]> parts = [.. rows.Select(row => Compared(row.Set, row.Sounds))];
        int common = parts.Where(part => part.Length >= 2).Select(part => part.Length).DefaultIfEmpty(0).Min();
        if (distance is not null && common > 0 && Math.Min(common, vectors.Length) <= distance.Dimensions)
        {
            notes.Add($"The smallest set has {Math.Min(common, vectors.Length)} vectors of {distance.Dimensions} numbers: Fréchet distances of so few are far too large, and are not extrapolated.");
        }

        string[] missing = [.. rows.SelectMany(row => row.Sounds).Select(heard => heard.Label).Distinct().Where(label => !compared.Contains(label)).Order().Select(label => _classifier.Labels[label])];
        if (distance is not null && missing.Length > 0)
        {
            notes.Add($"There are no recordings of {string.Join(", ", missing)}: the sounds of {(missing.Length == 1 ? "this label" : "these labels")} are left out of KL and FAD.");
        }

        int half = vectors.Length / 2;
        return new GeneratorEvaluationResult(
            _classifier.Name,
            _classifier.Labels,
            [.. rows.Select((row, i) => Score(row.Set, row.Sounds, targets, known, parts[i].Length >= 2 ? FrechetExtrapolation.Of(distance!, parts[i], common, _seed) : null))], // Only with a distance there are parts.
            common,
            half < 2 ? double.NaN : Floor(vectors, half),
            half,
            NearestClip.Quantile([.. targets.Select(heard => Nearest(heard, known)).OfType<NearestClip>()], NearShare),
            examples,
            notes);
    }

    private Heard Hear(SoundSample sample, bool fingerprint, double pieceSeconds)
    {
        int label = IndexOf(sample.Label);
        AudioBuffer audio = sample.Audio.ToMono();
        AudioBuffer Convert(int sampleRateHz) => audio.SampleRateHz == sampleRateHz
            ? audio
            : AudioFile.ReadAll(AudioFile.Convert(new AudioBufferSource(audio), sampleRateHz, 1), sample.Name);
        AudioBuffer own = Convert(_classifier.SampleRateHz);
        return new Heard(
            sample.Name,
            label,
            (double)audio.LengthSamples / audio.SampleRateHz,
            _classifier.Classify(own),
            _embedding.Embed(_embedding.SampleRateHz == own.SampleRateHz ? own : Convert(_embedding.SampleRateHz)),
            fingerprint ? new SoundFingerprint(Middle(own, pieceSeconds)) : null);
    }

    private static AudioBuffer Middle(AudioBuffer audio, double seconds)
    {
        int length = (int)Math.Min(audio.LengthSamples, Math.Ceiling(seconds * audio.SampleRateHz));
        return length == audio.LengthSamples ? audio : audio.Slice((audio.LengthSamples - length) / 2, length);
    }

    private int IndexOf(string label)
    {
        for (int i = 0; i < _classifier.Labels.Count; i++)
        {
            if (string.Equals(_classifier.Labels[i], label, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        throw new ConfigException($"'{Messages.Quote(label)}' is not a label of {_classifier.Name}; it knows {string.Join(", ", _classifier.Labels)}.", "label");
    }

    private GeneratorScores Score(SoundSet set, List<Heard> sounds, List<Heard> targets, List<Heard> known, FrechetExtrapolation? frechet)
    {
        string Label(int index) => _classifier.Labels[index];
        IGrouping<int, Heard>[] labels = [.. sounds.GroupBy(heard => heard.Label).OrderBy(group => group.Key)];
        return new GeneratorScores(
            set.Name,
            sounds.Average(heard => heard.Seconds),
            Agreement(sounds),
            labels.ToDictionary(group => Label(group.Key), group => Agreement([.. group]), StringComparer.Ordinal),
            labels.ToDictionary(group => Label(group.Key), group => Enumerable.Range(0, _classifier.Labels.Count).Select(i => group.Count(heard => heard.Answer == i)).ToArray(), StringComparer.Ordinal),
            Divergence(sounds, targets),
            frechet,
            [.. sounds.Select(heard => Nearest(heard, known)).OfType<NearestClip>()]);
    }

    private static Proportion Agreement(IReadOnlyCollection<Heard> sounds) => new(sounds.Count(heard => heard.Answer == heard.Label), sounds.Count);

    /// <summary>Mean over pairs of a sound and a recording of its label: the recordings in turn, none with itself or its own version.</summary>
    private static double Divergence(List<Heard> sounds, List<Heard> targets)
    {
        ILookup<int, Heard> byLabel = targets.ToLookup(target => target.Label);
        var turns = new Dictionary<int, int>();
        var values = new List<double>();
        foreach (Heard heard in sounds)
        {
            Heard[] choices = [.. byLabel[heard.Label].Where(target => target.Name != heard.Name)];
            if (choices.Length > 0)
            {
                int turn = turns.GetValueOrDefault(heard.Label);
                turns[heard.Label] = turn + 1;
                values.Add(ClassDivergence.Compute(choices[turn % choices.Length].Probabilities, heard.Probabilities));
            }
        }

        return values.Count == 0 ? double.NaN : values.Average();
    }

    private static NearestClip? Nearest(Heard heard, List<Heard> known)
    {
        NearestClip? best = null;
        foreach (Heard clip in known)
        {
            if (heard.Fingerprint is { } own && clip.Fingerprint is { } other && own.DistanceTo(other) is var distance && (best is null || distance < best.Distance))
            {
                best = new NearestClip(heard.Name, clip.Name, distance);
            }
        }

        return best;
    }

    private double Floor(float[][] vectors, int half)
    {
        SplitMix random = SplitMix.For(_seed, 0, 2);
        return Enumerable.Range(0, FloorDraws).Average(_ =>
        {
            float[][] shuffled = RandomPart.Of(vectors, 2 * half, random);
            return new FrechetDistance(shuffled[..half]).To(shuffled[half..]);
        });
    }

    private sealed record Heard(string Name, int Label, double Seconds, float[] Probabilities, IReadOnlyList<float[]> Vectors, SoundFingerprint? Fingerprint)
    {
        public int Answer { get; } = TensorPrimitives.IndexOfMax<float>(Probabilities);
    }

    private sealed class Counter(int total, IProgress<GeneratorProgress>? progress)
    {
        private int _done;

        public void Add(string row) => progress?.Report(new GeneratorProgress(row, ++_done, total));
    }
}
