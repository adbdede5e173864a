using AudioCodec.Metrics;

namespace AudioCodec.Evaluation;

/// <summary>Collects measurements from several threads and sums them up in an order that does not depend on the threads.</summary>
internal sealed class EvaluationTally(IReadOnlyList<IEvaluatedCodec> codecs)
{
    private readonly Lock _lock = new();
    private readonly List<(int Order, ClipScores Scores)> _scores = [];
    private readonly List<(int Order, ClipExample Example)> _examples = [];
    private readonly List<(string Path, string Reason)> _leftOut = [];
    private readonly Dictionary<(string Kind, string Codec, double RateKbps), CodebookUsage> _usage = [];

    public void Add(int order, ClipScores scores, CodecOutput output)
    {
        lock (_lock)
        {
            _scores.Add((order, scores));
            if (output.Codes is not null)
            {
                var key = (scores.Clip.Kind, scores.Codec, scores.RateKbps);
                if (!_usage.TryGetValue(key, out CodebookUsage? usage))
                {
                    _usage[key] = usage = new CodebookUsage(output.Codebooks, output.CodebookSize);
                }

                usage.Add(output.Codes, output.Codebooks);
            }
        }
    }

    public void Add(int order, ClipExample example)
    {
        lock (_lock)
        {
            _examples.Add((order, example));
        }
    }

    public void LeaveOut(string path, string reason)
    {
        lock (_lock)
        {
            _leftOut.Add((path, reason));
        }
    }

    public EvaluationResult Result()
    {
        lock (_lock)
        {
            ClipScores[] scores = [.. _scores.OrderBy(s => s.Order).Select(s => s.Scores)];
            List<string> names = [.. codecs.Select(c => c.Name)];
            RatePoint[] points =
            [
                .. scores.GroupBy(s => (s.Clip.Kind, s.Codec, s.RateKbps))
                    .OrderBy(g => g.Key.Kind, StringComparer.Ordinal)
                    .ThenBy(g => names.IndexOf(g.Key.Codec))
                    .ThenBy(g => g.Key.RateKbps)
                    .Select(g => Point(g.Key, [.. g])),
            ];
            (string Path, string Reason)[] leftOut = [.. _leftOut.OrderBy(file => file.Path, StringComparer.Ordinal)];
            return new EvaluationResult(
                points,
                scores,
                Pooled(),
                [.. _examples.OrderBy(e => e.Order).Select(e => e.Example)],
                [.. leftOut.Select(file => $"{file.Path} was left out: {file.Reason}")])
            {
                LeftOut = [.. leftOut.Select(file => file.Path)],
            };
        }
    }

    private RatePoint Point((string Kind, string Codec, double RateKbps) key, ClipScores[] scores)
    {
        double bytes = scores.Sum(s => (double)s.FileBytes);
        bool coded = scores.All(s => s.EntropyCodedBytes is not null);
        return new RatePoint(
            key.Kind,
            key.Codec,
            key.RateKbps,
            bytes * 8 / 1000 / scores.Sum(s => s.DurationSeconds),
            scores.Length,
            Mean(scores.Select(s => s.SiSdrDb)),
            Mean(scores.Select(s => s.Stoi)),
            Mean(scores.Select(s => s.Estoi)),
            Mean(scores.Select(s => s.Mel)),
            Mean(scores.Select(s => s.MultiResolutionStft)),
            coded ? 1 - (scores.Sum(s => (double)s.EntropyCodedBytes.GetValueOrDefault()) / bytes) : double.NaN,
            _usage.TryGetValue(key, out CodebookUsage? usage) ? usage.Perplexities() : [],
            new LagRange(scores.Min(s => s.LagSamples), scores.Max(s => s.LagSamples)));
    }

    private Dictionary<string, double[]> Pooled()
    {
        var pooled = new Dictionary<string, double[]>();
        foreach (var codec in _usage.GroupBy(u => u.Key.Codec))
        {
            double highest = codec.Max(u => u.Key.RateKbps);
            CodebookUsage[] kinds = [.. codec.Where(u => u.Key.RateKbps == highest).Select(u => u.Value)];
            var all = new CodebookUsage(kinds[0].Codebooks, kinds[0].CodebookSize);
            foreach (CodebookUsage kind in kinds)
            {
                all.Add(kind);
            }

            pooled[codec.Key] = all.Perplexities();
        }

        return pooled;
    }

    private static double Mean(IEnumerable<double> values)
    {
        double[] defined = [.. values.Where(v => !double.IsNaN(v))];
        return defined.Length == 0 ? double.NaN : defined.Average();
    }
}
