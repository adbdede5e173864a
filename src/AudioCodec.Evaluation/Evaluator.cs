using System.Runtime.ExceptionServices;
using AudioCodec.Audio;
using AudioCodec.Files;
using AudioCodec.Metrics;

namespace AudioCodec.Evaluation;

/// <summary>Measures codecs on files.</summary>
/// <remarks>
/// Every codec gets the same samples: the file at the evaluation's rate and channels. Decoded audio of codecs that may shift it is aligned by
/// cross-correlation (up to 100 ms either way) before anything is measured. A file that cannot be read is noted and left out.
/// </remarks>
public sealed class Evaluator
{
    private readonly IReadOnlyList<IEvaluatedCodec> _codecs;
    private readonly EvaluationOptions _options;
    private readonly MelDistance _mel;

    /// <summary>Sets up an evaluation.</summary>
    /// <param name="codecs">The codecs, in the order of the report.</param>
    /// <param name="options">How to run.</param>
    public Evaluator(IReadOnlyList<IEvaluatedCodec> codecs, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(codecs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        (_codecs, _options) = (codecs, options);
        _mel = new MelDistance(options.SampleRateHz);
    }

    /// <summary>Measures every codec at every rate on every file.</summary>
    /// <param name="clips">The files.</param>
    /// <param name="progress">Receives the progress after each file, from any thread.</param>
    /// <param name="cancellationToken">Stops the evaluation.</param>
    /// <exception cref="AudioFormatException">No file at all could be read.</exception>
    public EvaluationResult Run(IReadOnlyList<AudioClip> clips, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(clips);
        var tally = new EvaluationTally(_codecs);
        HashSet<AudioClip> shown = [.. clips.GroupBy(clip => clip.Kind).SelectMany(group => group.Take(_options.ExamplesPerKind))];
        int done = 0;
        try
        {
            LargestFirst.Run([.. clips.Select(clip => clip.Path)], _options.Threads, MeasureOne, cancellationToken);
        }
        catch (AggregateException exception)
        {
            // The first failure is what a user can act on, under its own type.
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }

        return tally.Result() is { Scores.Count: > 0 } result
            ? result
            : throw new AudioFormatException($"None of {clips.Count} files could be evaluated. {string.Join(' ', tally.Result().Notes.Take(1))}", clips[0].Path);

        void MeasureOne(int i)
        {
            AudioClip clip = clips[i];
            try
            {
                Measure(i, clip, shown.Contains(clip), tally, cancellationToken);
            }
            catch (AudioFormatException exception)
            {
                tally.LeaveOut(clip.Path, exception.Message);
            }

            progress?.Report(new EvaluationProgress(Interlocked.Increment(ref done), clips.Count, clip));
        }
    }

    private void Measure(int order, AudioClip clip, bool show, EvaluationTally tally, CancellationToken cancellationToken)
    {
        AudioBuffer original = Read(clip.Path);
        if (original.LengthSamples == 0)
        {
            tally.LeaveOut(clip.Path, "it holds no samples.");
            return;
        }

        (int Start, int Count) excerpt = LoudestExcerpt(original);
        var versions = new List<ClipVersion>();
        foreach (IEvaluatedCodec codec in _codecs)
        {
            foreach (double rate in codec.RatesKbps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                CodecOutput output = codec.Process(original, rate, cancellationToken);
                int lag = 0;
                AudioBuffer decoded = codec.NeedsAlignment || output.Decoded.LengthSamples != original.LengthSamples
                    ? TimeAlignment.Align(original, output.Decoded, codec.NeedsAlignment ? _options.SampleRateHz / 10 : 0, out lag)
                    : output.Decoded;
                ClipScores scores = Score(clip, codec.Name, rate, original, decoded, output, lag);
                tally.Add(order, scores, output);
                if (show)
                {
                    double kbps = scores.FileBytes * 8 / scores.DurationSeconds / 1000;
                    versions.Add(new ClipVersion(codec.Name, rate, kbps, decoded.Slice(excerpt.Start, excerpt.Count)));
                }
            }
        }

        if (show)
        {
            tally.Add(order, new ClipExample(clip, original.Slice(excerpt.Start, excerpt.Count), versions));
        }
    }

    private ClipScores Score(
        AudioClip clip, string codec, double rate, AudioBuffer original, AudioBuffer decoded, CodecOutput output, int lag)
    {
        StoiScores intelligibility = clip.Kind.StartsWith(_options.SpeechKind, StringComparison.Ordinal)
            ? Stoi.Compute(original, decoded)
            : new StoiScores(double.NaN, double.NaN);
        return new ClipScores(
            clip,
            codec,
            rate,
            (double)original.LengthSamples / original.SampleRateHz,
            output.FileBytes,
            output.EntropyCodedBytes,
            lag,
            SiSdr.ComputeDb(original, decoded),
            intelligibility.Stoi,
            intelligibility.Estoi,
            _mel.Compute(original, decoded),
            MultiResolutionStftDistance.Compute(original, decoded));
    }

    private AudioBuffer Read(string path)
    {
        try
        {
            using AudioSource source = AudioFile.OpenConverted(path, _options.SampleRateHz, _options.Channels);
            AudioBuffer audio = AudioFile.ReadAll(source, path);
            return _options.MaxSeconds is double seconds && seconds * audio.SampleRateHz < audio.LengthSamples
                ? audio.Slice(0, (int)(seconds * audio.SampleRateHz))
                : audio;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AudioFormatException($"'{path}' cannot be read: {exception.Message}", path, exception);
        }
    }

    /// <summary>Where the excerpt with the most energy lies, in steps of a quarter of a second.</summary>
    private (int Start, int Count) LoudestExcerpt(AudioBuffer audio)
    {
        int count = Math.Min(audio.LengthSamples, (int)(_options.ExampleSeconds * audio.SampleRateHz));
        (int best, double most) = (0, -1);
        for (int start = 0; start + count <= audio.LengthSamples; start += Math.Max(1, audio.SampleRateHz / 4))
        {
            double energy = System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(audio.Channel(0).Slice(start, count));
            (best, most) = energy > most ? (start, energy) : (best, most);
        }

        return (best, count);
    }
}
