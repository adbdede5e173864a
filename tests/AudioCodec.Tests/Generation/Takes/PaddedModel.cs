using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Tests.Generation.Takes;

/// <summary>A model whose batches let the texts' padding take part in the attention, as AudioCraft's do.</summary>
internal sealed class PaddedModel(TokenModel model) : ITokenModel
{
    public TokenModelConfig Config => model.Config;

    public ITokenBatch Open(IReadOnlyList<TextStates?> conditions, int capacity, int threads = 1) => model.Start(conditions, capacity, threads, padTexts: true);

    public void Dispose()
    {
    }
}
