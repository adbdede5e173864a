using System.Numerics.Tensors;
using AudioCodec.Checkpoints;
using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;

namespace AudioCodec.Text;

/// <summary>Weights of one layer of a <see cref="T5Encoder"/>.</summary>
internal sealed unsafe class T5EncoderLayer
{
    private readonly RmsNorm _attentionNorm;
    private readonly Linear _project;
    private readonly Linear _output;
    private readonly RmsNorm _feedForwardNorm;
    private readonly Linear _widen;
    private readonly Linear? _gate;
    private readonly Linear _narrow;

    /// <summary>Loads the layer.</summary>
    /// <param name="config">Shape.</param>
    /// <param name="weights">The tensors of <see cref="T5EncoderTensors.Select"/>.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="format">How matrices are kept in memory.</param>
    public T5EncoderLayer(T5Config config, StateDict weights, int layer, WeightFormat format)
    {
        int width = config.Dimension;
        int inner = config.Heads * config.HeadWidth;
        RmsNorm Norm(string name) => new(weights.Tensors[name].Values, config.NormEpsilon);
        Linear Matrix(int inputs, params ReadOnlySpan<string> names)
        {
            float[][] parts = new float[names.Length][];
            for (int i = 0; i < names.Length; i++)
            {
                parts[i] = weights.Tensors[names[i]].Values;
            }

            return new Linear(parts.Length == 1 ? parts[0] : [.. parts.SelectMany(part => part)], [], inputs, format);
        }

        _attentionNorm = Norm(T5EncoderTensors.AttentionNorm(layer));
        _project = Matrix(width, T5EncoderTensors.Attention(layer, "q"), T5EncoderTensors.Attention(layer, "k"), T5EncoderTensors.Attention(layer, "v"));
        _output = Matrix(inner, T5EncoderTensors.Attention(layer, "o"));
        _feedForwardNorm = Norm(T5EncoderTensors.FeedForwardNorm(layer));
        _widen = Matrix(width, T5EncoderTensors.FeedForward(layer, config.Gated ? "wi_0" : "wi"));
        _gate = config.Gated ? Matrix(width, T5EncoderTensors.FeedForward(layer, "wi_1")) : null;
        _narrow = Matrix(config.FeedForward, T5EncoderTensors.FeedForward(layer, "wo"));
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">[T, D], updated.</param>
    /// <param name="run">The text's length, positions and scratch.</param>
    public void Apply(float* x, T5EncoderRun run)
    {
        int tokens = run.Tokens;
        Executor executor = run.Executor;
        float* normal = run.Normal.Pointer;
        _attentionNorm.Apply(x, tokens, normal);
        _project.Apply(executor, normal, _project.Inputs, tokens, run.Projected.Pointer);
        run.Attend();
        _output.AddTo(executor, run.Attended.Pointer, tokens, x);

        _feedForwardNorm.Apply(x, tokens, normal);
        _widen.Apply(executor, normal, _widen.Inputs, tokens, run.Wide.Pointer);
        if (_gate is null)
        {
            TensorPrimitives.Max(run.Wide.Span, 0f, run.Wide.Span);
        }
        else
        {
            _gate.Apply(executor, normal, _gate.Inputs, tokens, run.Gated.Pointer);
            executor.Activate<TanhGelu>(run.Wide.Pointer, run.Wide.Pointer, run.Wide.Length);
            TensorPrimitives.Multiply(run.Wide.Span, run.Gated.Span, run.Wide.Span);
        }

        _narrow.AddTo(executor, run.Wide.Pointer, tokens, x);
    }
}
