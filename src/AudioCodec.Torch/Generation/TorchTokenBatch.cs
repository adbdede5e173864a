using AudioCodec.Generation.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace AudioCodec.Torch.Generation;

/// <summary>A running batch on a device of libtorch: keys and values of every layer.</summary>
internal sealed class TorchTokenBatch : ITokenBatch
{
    private readonly TokenNetwork _network;
    private readonly LayerMemory[] _memories;
    private readonly Tensor _positions;
    private readonly int _capacity;

    /// <summary>Starts a batch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">Sequences B.</param>
    /// <param name="capacity">Most steps of a sequence.</param>
    /// <param name="text">Texts; <see langword="null"/> for none.</param>
    public TorchTokenBatch(TokenNetwork network, int rows, int capacity, ProjectedText? text)
    {
        (_network, Rows, _capacity) = (network, rows, capacity);
        _memories = network.CreateMemories(rows, capacity, text);
        _positions = network.Positions(capacity).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Steps { get; private set; }

    private TokenModelConfig Config => _network.Config;

    /// <inheritdoc/>
    public void Advance(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        int steps = Check(tokens, logits.Length);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        var ids = new long[tokens.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[i];
        }

        Tensor x = _network.Continue(
            tensor(ids, [Rows, steps, Config.Codebooks], device: _network.Device), _positions.narrow(0, Steps, steps), _memories, Steps);
        Tensor last = _network.Logits(x.select(1, steps - 1)).cpu().contiguous();
        last.data<float>().CopyTo(logits);
        Steps += steps;
    }

    /// <inheritdoc/>
    public void Reset() => Steps = 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_memories, memory => memory.Dispose());
        _positions.Dispose();
    }

    /// <summary>Returns the number of steps.</summary>
    private int Check(ReadOnlySpan<int> tokens, int logits)
    {
        int row = Rows * Config.Codebooks;
        int steps = tokens.Length / row;
        if (steps == 0 || steps * row != tokens.Length)
        {
            throw new ArgumentException($"{tokens.Length} tokens are no steps of {Rows} sequences of {Config.Codebooks} codebooks.", nameof(tokens));
        }

        if (steps > _capacity - Steps)
        {
            throw new ArgumentException($"{Steps} steps and {steps} more exceed the capacity of {_capacity}.", nameof(tokens));
        }

        if (logits != (long)row * Config.CodebookSize)
        {
            throw new ArgumentException($"Room for {logits} logits, expected {(long)row * Config.CodebookSize}.", nameof(logits));
        }

        // A GPU would stop the whole process at such an index.
        foreach (int token in tokens)
        {
            if ((uint)token > (uint)Config.CodebookSize)
            {
                throw new ArgumentException($"Token {token} is not one of 0 to {Config.CodebookSize}.", nameof(tokens));
            }
        }

        return steps;
    }
}
