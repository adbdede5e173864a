using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;

namespace AudioCodec.Classification;

/// <summary>One network of a sound classifier, with its batch normalizations folded into its convolutions. Read-only; any number of threads may share one.</summary>
/// <remarks>
/// Convolutions of 3 x 3 with zeros around, rectified; then the maximum of 2 x 2 after the first, their mean after the others but the last; mean
/// plus maximum over time; embedding, rectified; classes. The bands stay apart to the end: rain, waves and engines differ in where in the spectrum they are.
/// </remarks>
internal sealed unsafe class ClassifierMember
{
    private const int Kernel = ClassifierTensors.KernelSize;

    private readonly ClassifierConfig _config;
    private readonly PackedMatrix[] _convs;
    private readonly float[] _embedding;
    private readonly float[] _embeddingBias;
    private readonly float[] _head;
    private readonly float[] _headBias;

    public ClassifierMember(ClassifierConfig config, StateDict weights, int member)
    {
        _config = config;
        string prefix = ClassifierTensors.Member(member);
        _convs = new PackedMatrix[config.Filters.Count];
        int inputs = 1;
        for (int layer = 0; layer < _convs.Length; layer++)
        {
            _convs[layer] = Fold(weights, prefix, layer, inputs, config.Filters[layer]);
            inputs = config.Filters[layer];
        }

        _embedding = weights.Get(prefix + "embedding.weight", config.Embedding, inputs * ClassifierTensors.FinalBands(config));
        _embeddingBias = weights.Get(prefix + "embedding.bias", config.Embedding);
        _head = weights.Get(prefix + "head.weight", config.Labels.Count, config.Embedding);
        _headBias = weights.Get(prefix + "head.bias", config.Labels.Count);
    }

    /// <summary>Runs the network on one window.</summary>
    /// <param name="window">[window frames, bands], scaled.</param>
    /// <param name="embedding">Receives the embedding.</param>
    /// <param name="logits">Receives a logit for each class.</param>
    public void Run(ReadOnlySpan<float> window, Span<float> embedding, Span<float> logits)
    {
        int height = _config.WindowFrames, width = _config.MelBands, channels = 1;
        AlignedArray padded = Surround(window, height, width, channels);
        float[] rows = [];
        for (int layer = 0; layer < _convs.Length; layer++)
        {
            rows = Convolve(padded, height, width, channels, _convs[layer]);
            channels = _config.Filters[layer];
            if (layer < _convs.Length - 1)
            {
                rows = Halve(rows, height, width, channels, largest: layer == 0);
                (height, width) = (height / 2, width / 2);
                padded = Surround(rows, height, width, channels);
            }
        }

        float[] pooled = Pool(rows, height, width, channels);
        Multiply(_embedding, _embeddingBias, pooled, embedding);
        TensorPrimitives.Max(embedding, 0f, embedding);
        Multiply(_head, _headBias, embedding, logits);
    }

    /// <summary>A convolution's weights, [outputs, time, band, inputs], with the normalization that follows it.</summary>
    private static PackedMatrix Fold(StateDict weights, string prefix, int layer, int inputs, int outputs)
    {
        float[] kernel = weights.Get($"{prefix}convs.{layer}.weight", outputs, inputs, Kernel, Kernel);
        float[] Norm(string name) => weights.Get($"{prefix}norms.{layer}.{name}", outputs);
        (float[] gain, float[] shift, float[] mean, float[] variance) = (Norm("weight"), Norm("bias"), Norm("running_mean"), Norm("running_var"));
        const int Places = Kernel * Kernel;
        var columns = new float[outputs * Places * inputs];
        var bias = new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            double scale = gain[o] / Math.Sqrt(variance[o] + ClassifierTensors.NormEpsilon);
            bias[o] = (float)(shift[o] - (scale * mean[o]));
            for (int i = 0; i < inputs; i++)
            {
                for (int place = 0; place < Places; place++)
                {
                    columns[(((o * Places) + place) * inputs) + i] = (float)(scale * kernel[(((o * inputs) + i) * Places) + place]);
                }
            }
        }

        PackedMatrix matrix = PackedMatrix.FromColumns(columns, Places * inputs);
        bias.CopyTo(matrix.Bias);
        return matrix;
    }

    /// <summary>[height, width, channels] with a border of zeros, [height + 2, width + 2, channels].</summary>
    private static AlignedArray Surround(ReadOnlySpan<float> rows, int height, int width, int channels)
    {
        AlignedArray padded = new((height + 2) * (width + 2) * channels);
        for (int y = 0; y < height; y++)
        {
            rows.Slice(y * width * channels, width * channels).CopyTo(padded.Span[((((y + 1) * (width + 2)) + 1) * channels)..]);
        }

        return padded;
    }

    /// <summary>Rectified convolution: [height, width, outputs]. Each place's nine neighbours are three runs of the padded rows.</summary>
    private static float[] Convolve(AlignedArray padded, int height, int width, int channels, PackedMatrix kernel)
    {
        var result = new float[height * width * kernel.Columns];
        nint stride = (width + 2) * channels;
        fixed (float* to = result)
        {
            for (int y = 0; y < height; y++)
            {
                var row = new GemmOperand
                {
                    Data = padded.Pointer + (y * stride),
                    RowCount = width,
                    RowStride = channels,
                    Taps = Kernel,
                    TapLength = Kernel * channels,
                    TapStride = stride,
                };
                Gemm.Multiply(row, kernel, to + (y * width * kernel.Columns), kernel.Columns);
            }
        }

        GC.KeepAlive(padded);
        TensorPrimitives.Max(result, 0f, result);
        return result;
    }

    /// <summary>Maximum or mean of squares of 2 x 2 places; an odd row or column at the end is left out.</summary>
    private static float[] Halve(float[] rows, int height, int width, int channels, bool largest)
    {
        var halved = new float[height / 2 * (width / 2) * channels];
        for (int y = 0; y < height / 2; y++)
        {
            for (int x = 0; x < width / 2; x++)
            {
                Span<float> to = halved.AsSpan(((y * (width / 2)) + x) * channels, channels);
                ReadOnlySpan<float> Place(int dy, int dx) => rows.AsSpan(((((2 * y) + dy) * width) + (2 * x) + dx) * channels, channels);
                Place(0, 0).CopyTo(to);
                foreach ((int dy, int dx) in s_others)
                {
                    if (largest)
                    {
                        TensorPrimitives.Max(to, Place(dy, dx), to);
                    }
                    else
                    {
                        TensorPrimitives.Add(to, Place(dy, dx), to);
                    }
                }

                if (!largest)
                {
                    TensorPrimitives.Multiply(to, 0.25f, to);
                }
            }
        }

        return halved;
    }

    private static readonly (int Y, int X)[] s_others = [(0, 1), (1, 0), (1, 1)];

    /// <summary>Mean plus maximum over time: [channels, width].</summary>
    private static float[] Pool(float[] rows, int height, int width, int channels)
    {
        int length = width * channels;
        var mean = new float[length];
        var most = new float[length];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(y * length, length);
            TensorPrimitives.Max(most, row, most);
            TensorPrimitives.Add(mean, row, mean);
        }

        TensorPrimitives.Divide(mean, height, mean);
        TensorPrimitives.Add(mean, most, mean);
        var transposed = new float[length];
        for (int i = 0; i < length; i++)
        {
            transposed[(i % channels * width) + (i / channels)] = mean[i];
        }

        return transposed;
    }

    private static void Multiply(float[] matrix, float[] bias, ReadOnlySpan<float> x, Span<float> destination)
    {
        for (int row = 0; row < bias.Length; row++)
        {
            destination[row] = bias[row] + TensorPrimitives.Dot(matrix.AsSpan(row * x.Length, x.Length), x);
        }
    }
}
