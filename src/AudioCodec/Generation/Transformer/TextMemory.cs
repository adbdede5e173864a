using AudioCodec.Numerics;
using AudioCodec.Numerics.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Generation.Transformer;

/// <summary>Keys and values of one text in the cross-attention of every layer, computed once.</summary>
internal sealed unsafe class TextMemory
{
    private readonly KeyValueCache[] _layers;

    /// <summary>Projects a text.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="text">The text's states, before the projection.</param>
    /// <param name="positions">Positions to hold; those beyond the text are zero vectors, which take part in the softmax with score 0.</param>
    /// <param name="executor">Where to run.</param>
    public TextMemory(TokenModelWeights weights, TextStates text, int positions, Executor executor)
    {
        TokenModelConfig config = weights.Config;
        int width = config.Dimension;
        AlignedArray states = AlignedArray.CopyOf(text.Values.Span);
        AlignedArray projected = new(text.Tokens * width);
        AlignedArray keysAndValues = new(text.Tokens * 2 * width);
        AlignedArray padding = new((positions - text.Tokens) * width);
        weights.TextProjection.Apply(executor, states.Pointer, text.Width, text.Tokens, projected.Pointer);
        _layers = new KeyValueCache[config.Layers];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            weights.Layers[layer].CrossKeyValue.Apply(executor, projected.Pointer, width, text.Tokens, keysAndValues.Pointer);
            _layers[layer] = new KeyValueCache(1, config.Heads, width / config.Heads, positions, weights.IsCompact);
            _layers[layer].Append(keysAndValues.Pointer, keysAndValues.Pointer + width, 2 * width, text.Tokens);
            _layers[layer].Append(padding.Pointer, padding.Pointer, width, positions - text.Tokens);
        }
    }

    /// <summary>Keys and values of a layer.</summary>
    public KeyValueCache Layer(int layer) => _layers[layer];
}
