using AudioCodec.Generation.Configuration;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;

namespace AudioCodec.Models;

/// <summary>A generator on its engines: transformer, codec, and a text encoder that is loaded when a text comes.</summary>
internal sealed class GeneratorModel : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<ITextEncoder> _openTextEncoder;
    private readonly bool _keepTextEncoder;
    private ITextEncoder? _textEncoder;
    private bool _disposed;

    /// <summary>Joins the parts.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="transformer">The transformer; disposed with this.</param>
    /// <param name="codec">The codec of each channel; disposed with this.</param>
    /// <param name="openTextEncoder">Loads the text encoder.</param>
    /// <param name="keepTextEncoder">Whether it stays in memory once used.</param>
    /// <param name="source">Path of the weights, for messages.</param>
    public GeneratorModel(
        GeneratorConfig config, ITokenModel transformer, CodecModel codec, Func<ITextEncoder> openTextEncoder, bool keepTextEncoder, string source)
    {
        (Config, Transformer, Codec, Source) = (config, transformer, codec, source);
        _openTextEncoder = openTextEncoder;
        _keepTextEncoder = keepTextEncoder;
    }

    /// <summary>The configuration.</summary>
    public GeneratorConfig Config { get; }

    /// <summary>The transformer.</summary>
    public ITokenModel Transformer { get; }

    /// <summary>The codec of each channel.</summary>
    public CodecModel Codec { get; }

    /// <summary>Path of the weights, for messages.</summary>
    public string Source { get; }

    /// <summary>Encodes texts, equal ones once.</summary>
    /// <param name="texts">The texts; an empty one, as none, has no states.</param>
    /// <returns>The states of each text; the same object for equal texts.</returns>
    /// <exception cref="TextTooLongException">A text is too long.</exception>
    /// <exception cref="CheckpointException">The text encoder cannot be loaded.</exception>
    public TextStates?[] Encode(IReadOnlyList<string?> texts)
    {
        if (texts.All(string.IsNullOrEmpty))
        {
            return new TextStates?[texts.Count];
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _textEncoder ??= OpenTextEncoder();
            try
            {
                Dictionary<string, TextStates> states = texts.OfType<string>().Where(text => text.Length > 0).Distinct()
                    .ToDictionary(text => text, _textEncoder.Encode, StringComparer.Ordinal);
                return [.. texts.Select(text => string.IsNullOrEmpty(text) ? null : states[text])];
            }
            finally
            {
                if (!_keepTextEncoder)
                {
                    Unload();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Unload();
        }

        Transformer.Dispose();
        Codec.Dispose();
    }

    private ITextEncoder OpenTextEncoder()
    {
        ITextEncoder encoder = _openTextEncoder();
        if (encoder.Width == Config.Transformer.TextWidth)
        {
            return encoder;
        }

        encoder.Dispose();
        throw new CheckpointException(
            $"{Source}: this generator takes texts of width {Config.Transformer.TextWidth}; the text encoder gives {encoder.Width}. "
            + $"{(Config.TextEncoderName is string name ? $"It was trained with '{name}'" : "Its own is in its checkpoint")}.",
            Source);
    }

    private void Unload()
    {
        _textEncoder?.Dispose();
        _textEncoder = null;
    }
}
