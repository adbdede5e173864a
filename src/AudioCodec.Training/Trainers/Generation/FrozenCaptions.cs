using AudioCodec.Text;
using AudioCodec.Torch.Generation;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers.Generation;

/// <summary>Captions through a text encoder that stays as it is: each is encoded once, and its states are kept.</summary>
/// <param name="encoder">The text encoder; disposed with this object.</param>
/// <param name="device">Where the transformer is.</param>
internal sealed class FrozenCaptions(ITextEncoder encoder, Device device) : ICaptionEncoder
{
    private readonly Dictionary<string, TextStates> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public TextCondition? Encode(IReadOnlyList<string?> captions, double dropout) =>
        TextCondition.Pad([.. captions.Select(caption => caption is null ? null : Of(caption))], encoder.Width, device);

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();

    private TextStates Of(string caption)
    {
        if (!_known.TryGetValue(caption, out TextStates? states))
        {
            states = encoder.Encode(caption);
            _known[caption] = states;
        }

        return states;
    }
}
