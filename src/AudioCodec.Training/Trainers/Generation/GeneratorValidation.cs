using System.Globalization;
using AudioCodec.Torch.Generation;
using AudioCodec.Training.Data.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Measures how well a generator predicts the validation data, with their texts and without.</summary>
internal sealed class GeneratorValidation(IReadOnlyList<GeneratorBatch> batches, TokenPrediction prediction, ICaptionEncoder captions)
{
    /// <summary>Mean cross-entropy over codebooks in nats, and each codebook's perplexity.</summary>
    /// <param name="network">The model.</param>
    /// <returns>The values to log, and the mean cross-entropy with texts.</returns>
    public (SortedDictionary<string, double> Values, double Score) Run(TokenNetwork network)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        double[] with = Measure(network, texts: true), without = Measure(network, texts: false);
        (values["valid_cross_entropy"], values["valid_cross_entropy_no_text"]) = (with.Average(), without.Average());
        for (int k = 0; k < with.Length; k++)
        {
            values[string.Create(CultureInfo.InvariantCulture, $"perplexity_{k}")] = Math.Exp(with[k]);
            values[string.Create(CultureInfo.InvariantCulture, $"cross_entropy_{k}")] = with[k];
        }

        return (values, with.Average());
    }

    /// <summary>Cross-entropy of each codebook; batches count by their frames.</summary>
    private double[] Measure(TokenNetwork network, bool texts)
    {
        double[] sums = [];
        double frames = 0;
        foreach (GeneratorBatch batch in batches)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable frozen = no_grad();
            TextCondition? text = texts ? captions.Encode(batch.Captions, 0) : null;
            float[] own = [.. prediction.CrossEntropies(batch, network, tokens => network.call(tokens, text, 0)).cpu().data<float>()];
            double weight = batch.Frames.Sum();
            sums = [.. own.Select((value, k) => (k < sums.Length ? sums[k] : 0) + (value * weight))];
            frames += weight;
        }

        return [.. sums.Select(sum => sum / frames)];
    }
}
