using AudioCodec.Checkpoints;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Generation.Patterns;
using AudioCodec.Generation.Transformer;
using AudioCodec.Text;
using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Generation.Configuration;

/// <summary>Everything that defines a generator: the transformer, what its codes mean, the text encoder, and how it is used.</summary>
/// <remarks>Its properties in snake case are the keys of <c>config.json</c>. Source: arXiv 2209.15352 (AudioGen), arXiv 2306.05284 (MusicGen).</remarks>
public sealed record GeneratorConfig
{
    /// <summary>Value of <c>kind</c> in a checkpoint folder's <c>config.json</c>.</summary>
    public const string Kind = "generator";

    internal const int MaxFrames = 1 << 24;

    /// <summary>State of its training; release where nothing is stated, as with published models.</summary>
    public CheckpointStatus Status { get; init; } = CheckpointStatus.Release;

    /// <summary>Name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the codec whose codes it makes, as in the <c>.ecdc</c> header.</summary>
    public required string Codec { get; init; }

    /// <summary>Fingerprint of the codec's encoder and codebooks on whose codes it was trained, or <see langword="null"/> where that is not recorded.</summary>
    public WeightsFingerprint? CodecFingerprint { get; init; }

    /// <summary>Samples per second and channel.</summary>
    public required int SampleRateHz { get; init; }

    /// <summary>Frames per second.</summary>
    public required int FrameRateHz { get; init; }

    /// <summary>Audio channels. Of 2, each is coded by itself: codebook 2k is the left one's codebook k, 2k + 1 the right one's.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Shape of the transformer, whose codebooks are those of all channels.</summary>
    public required TokenModelConfig Transformer { get; init; }

    /// <summary>How the codebooks are interleaved.</summary>
    public required CodebookPattern Pattern { get; init; }

    /// <summary>Frames of the pieces that it was trained on; more are made piece by piece.</summary>
    public required int WindowFrames { get; init; }

    /// <summary>How it is used unless a caller says otherwise.</summary>
    public required GenerationDefaults Defaults { get; init; }

    /// <summary>Shape of the text encoder whose weights are in the checkpoint, or <see langword="null"/> where it only names one.</summary>
    public T5Config? TextEncoder { get; init; }

    /// <summary>Name of the text encoder, such as <c>t5-base</c>, where its weights are not in the checkpoint.</summary>
    public string? TextEncoderName { get; init; }

    /// <summary>Licence of the weights in a sentence, or <see langword="null"/> where it is not stated.</summary>
    public string? Licence { get; init; }

    /// <summary>Codebooks of each channel: the first ones of the codec.</summary>
    internal int CodebooksPerChannel => Transformer.Codebooks / Channels;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is outside its range or contradicts another; the key is the one of <c>config.json</c>.</exception>
    public GeneratorConfig Validated()
    {
        RequireName("name", Name);
        RequireName("codec", Codec);
        RequireRange("sample_rate_hz", SampleRateHz, 1000, 384_000);
        RequireRange("frame_rate_hz", FrameRateHz, 1, SampleRateHz);
        RequireRange("channels", Channels, 1, 2);
        Transformer.Validated();
        Require(Transformer.Codebooks % Channels == 0, "transformer.codebooks", Transformer.Codebooks, $"a multiple of the {Channels} channels");
        Require(Pattern.Codebooks == Transformer.Codebooks, "pattern", $"one of {Pattern.Codebooks} codebooks", $"one of the transformer's {Transformer.Codebooks}");
        RequireRange("window_frames", WindowFrames, 1, MaxFrames);
        Defaults.Validate(WindowFrames);
        Require(
            TextEncoder is null != TextEncoderName is null, "text_encoder", TextEncoder is null ? null : "given beside text_encoder_name",
            "the shape of the text encoder in the checkpoint, or else its name in text_encoder_name");
        if (TextEncoder is not null)
        {
            TextEncoder.Validated();
            Require(TextEncoder.Dimension == Transformer.TextWidth, "text_encoder.d_model", TextEncoder.Dimension, $"the transformer's text_width, {Transformer.TextWidth}");
        }
        else
        {
            RequireName("text_encoder_name", TextEncoderName);
        }

        return this;
    }

    /// <summary>Throws if a codec is not the one whose codes the generator makes.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="fingerprint">Computes the fingerprint of its encoder and codebooks; called only where this configuration records one.</param>
    /// <param name="source">Path of the generator, for messages.</param>
    /// <exception cref="CheckpointException">The codec has other rates, channels, codebooks or weights.</exception>
    public void RequireCodec(EncodecConfig codec, Func<WeightsFingerprint> fingerprint, string source)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(fingerprint);
        if (codec.SampleRateHz != SampleRateHz || codec.FrameRateHz != FrameRateHz || codec.Channels != 1)
        {
            throw new CheckpointException(
                $"{source}: this generator makes codes of '{Codec}', {SampleRateHz} Hz mono at {FrameRateHz} frames per second; '{codec.Name}' has "
                + $"{codec.SampleRateHz} Hz, {Messages.Count(codec.Channels, "channel")}, {codec.FrameRateHz} frames per second.",
                source);
        }

        if (codec.CodebookSize != Transformer.CodebookSize || codec.Codebooks < CodebooksPerChannel)
        {
            throw new CheckpointException(
                $"{source}: this generator makes {CodebooksPerChannel} codebooks of {Transformer.CodebookSize} entries; '{codec.Name}' has {codec.Codebooks} of {codec.CodebookSize}.",
                source);
        }

        if (CodecFingerprint is { } expected && codec.RoundedFrom != expected && fingerprint() is var actual && actual != expected)
        {
            throw new CheckpointException(
                $"{source}: this generator was trained on codes of '{Codec}' with weights {expected}; the weights of '{codec.Name}' here are {actual}. Use the codec that it belongs to.",
                source);
        }
    }
}
