using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Torch.Entropy;
using AudioCodec.Torch.Layers;
using AudioCodec.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Training.Initialization;

/// <summary>First values of a language model from what is known before training: the codec's codewords, and how often each code occurs.</summary>
internal static class EntropyStart
{
    /// <summary>Upper limit of the norm of a head's rows, and so of the spread of fresh logits.</summary>
    private const double HeadScale = 0.5;

    private const double LeastEnergy = 1e-24;

    /// <summary>
    /// Sets embeddings and heads from the codewords through one random projection, so that codes that sound alike start alike: the sum of
    /// a frame's embeddings is then its quantized latent.
    /// </summary>
    /// <param name="network">The model.</param>
    /// <param name="codec">The codec's tensors.</param>
    /// <param name="latentDimension">Dimension of its codewords.</param>
    /// <param name="random">Draws the projection.</param>
    public static void SetCodewords(EntropyNetwork network, StateDict codec, int latentDimension, SplitMix random)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        (int size, int width, int codebooks) = (network.Config.CodebookSize, network.Config.Dimension, network.Config.Codebooks);
        Dictionary<string, Tensor> tensors = network.state_dict();
        Tensor projection = FreshValues.UniformParameter(random, Math.Sqrt(3.0 / width), latentDimension, width);
        Tensor[] codewords = [.. Enumerable.Range(0, codebooks).Select(k =>
            tensor(codec.Get($"quantizer.vq.layers.{k}._codebook.embed", size, latentDimension), [size, latentDimension]).matmul(projection))];

        // Embeddings keep the proportions of the levels, so that their sum is the latent; the first level has unit root mean square. The norm
        // that follows would remove the latent's level: beside one constant vector it remains visible.
        double first = RootMeanSquare(codewords[0]);
        Tensor constant = FreshValues.UniformParameter(random, Math.Sqrt(3), 1, width);
        for (int k = 0; k < codebooks; k++)
        {
            Tensor embedding = tensors[$"emb.{k}.weight"];
            embedding.narrow(0, 1, size).copy_(k == 0 ? (codewords[k] / first) + constant : codewords[k] / first);
            embedding.narrow(0, 0, 1).zero_();

            // Rows of the head point where the codeword does, but the longest of them must not decide everything from the start. All codewords of a
            // level may be zero, where simple recordings left nothing to quantize.
            Tensor energy = codewords[k].square().sum([1L], keepdim: true);
            tensors[$"linears.{k}.weight"].copy_(codewords[k] * HeadScale / (energy + energy.mean()).clamp_min(LeastEnergy).sqrt());
        }
    }

    /// <summary>Sets the heads' biases to the logarithms of the codes' frequencies.</summary>
    /// <param name="network">The model.</param>
    /// <param name="sequences">Codes of the training data.</param>
    /// <param name="stride">Codebooks that they have.</param>
    public static void SetFrequencies(EntropyNetwork network, IReadOnlyList<CodeSequence> sequences, int stride)
    {
        using var scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        int size = network.Config.CodebookSize;
        for (int k = 0; k < stride; k++)
        {
            var counts = new long[size];
            long total = 0;
            foreach (CodeSequence sequence in sequences)
            {
                for (int at = k; at < sequence.Codes.Length; at += stride)
                {
                    counts[sequence.Codes[at]]++;
                    total++;
                }
            }

            // One more of each, so that a code that never occurred keeps a chance.
            float[] biases = Array.ConvertAll(counts, count => (float)Math.Log((count + 1.0) * size / (total + size)));
            network.get_parameter($"linears.{k}.bias")!.copy_(tensor(biases)); // Every codebook has a head.
        }
    }

    private static double RootMeanSquare(Tensor x) => Math.Max(1e-12, Math.Sqrt(x.square().mean().ToDouble()));
}
