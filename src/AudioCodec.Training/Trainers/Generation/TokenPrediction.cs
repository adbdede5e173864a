using AudioCodec.Generation.Patterns;
using AudioCodec.Torch.Generation;
using AudioCodec.Training.Data.Generation;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>What a transformer over audio tokens has to predict in a batch, and how well it does.</summary>
/// <param name="layout">Places of the codes of a crop.</param>
/// <param name="special">The special token.</param>
internal sealed class TokenPrediction(PatternLayout layout, int special)
{
    private const long NotCounted = -100;

    /// <summary>
    /// Cross-entropy of each codebook's codes, nats: the mean over its places in all rows. As in AudioCraft the last steps, in which codebooks have run
    /// out of frames, are left out, so that the model never sees the special token after a pattern's beginning.
    /// </summary>
    /// <param name="batch">Codes; its captions are not looked at.</param>
    /// <param name="network">The network.</param>
    /// <param name="run">Runs it on tokens [B, S, K] for its output [B, S, D].</param>
    /// <returns>[K].</returns>
    public Tensor CrossEntropies(GeneratorBatch batch, TokenNetwork network, Func<Tensor, Tensor> run)
    {
        (long[] steps, long[] targets) = Place(batch);
        Tensor tokens = tensor(steps, [batch.Frames.Length, layout.TrainingSteps - 1, layout.Codebooks], device: network.Device);
        Tensor target = tensor(targets, device: network.Device);
        Tensor nats = nn.functional.cross_entropy(
            network.Logits(run(tokens)).flatten(0, 2), target, ignore_index: NotCounted, reduction: nn.Reduction.None);
        Tensor counts = target.view(-1, layout.Codebooks).ne(NotCounted).sum([0L]);
        return nats.view(-1, layout.Codebooks).sum([0L]) / counts;
    }

    /// <summary>Codes in all steps but the last, and what each step has to predict: the code in the next one; both [B, S - 1, K].</summary>
    private (long[] Steps, long[] Targets) Place(GeneratorBatch batch)
    {
        int codebooks = layout.Codebooks;
        int places = (layout.TrainingSteps - 1) * codebooks;
        var steps = new long[batch.Frames.Length * places];
        var targets = new long[steps.Length];
        for (int row = 0; row < batch.Frames.Length; row++)
        {
            ReadOnlySpan<int> codes = batch.Codes.AsSpan(row * layout.Frames * codebooks, layout.Frames * codebooks);
            for (int place = 0; place < places + codebooks; place++)
            {
                (int step, int codebook) = Math.DivRem(place, codebooks);
                int frame = layout.FrameAt(step, codebook);
                bool holds = frame >= 0 && frame < batch.Frames[row];
                long code = holds ? codes[(frame * codebooks) + codebook] : special;
                if (place < places)
                {
                    steps[(row * places) + place] = code;
                }

                if (step > 0)
                {
                    targets[(row * places) + place - codebooks] = holds ? code : NotCounted;
                }
            }
        }

        return (steps, targets);
    }
}
