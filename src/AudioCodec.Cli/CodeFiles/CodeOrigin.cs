using System.Globalization;
using AudioCodec.Checkpoints;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>What codes mean: the codec that made them, and the audio that they were made of.</summary>
/// <param name="Model">Name of the codec, as in an <c>.ecdc</c> header.</param>
/// <param name="Fingerprint">First 8 bytes of the fingerprint of its encoder and codebooks, or empty where they are not known (version 0 of <c>.ecdc</c>).</param>
/// <param name="SampleRateHz">Sample rate of the decoded audio, or <see langword="null"/> where it is not stated.</param>
/// <param name="Channels">Channels of the decoded audio, or <see langword="null"/>.</param>
/// <param name="BandwidthKbps">Bit rate of the codes without entropy coding, or <see langword="null"/>.</param>
internal sealed record CodeOrigin(string Model, ReadOnlyMemory<byte> Fingerprint, int? SampleRateHz, int? Channels, double? BandwidthKbps)
{
    private const int FingerprintBytes = 8;

    private const string ModelKey = "model";
    private const string FingerprintKey = "fingerprint";
    private const string SampleRateKey = "sample_rate_hz";
    private const string ChannelsKey = "channels";
    private const string BandwidthKey = "bandwidth_kbps";
    private const string OriginalRateKey = "original_sample_rate_hz";
    private const string OriginalChannelsKey = "original_channels";
    private const string OriginalLengthKey = "original_length_samples";

    /// <summary>Sample rate of the audio that was compressed, or <see langword="null"/> where it is not known.</summary>
    public int? OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the audio that was compressed, or <see langword="null"/>.</summary>
    public int? OriginalChannels { get; init; }

    /// <summary>Samples per channel of the audio that was compressed, or <see langword="null"/>.</summary>
    public long? OriginalLengthSamples { get; init; }

    /// <summary>Where the codes of a file come from.</summary>
    public static CodeOrigin Of(EcdcInfo info) => new(
        info.Model, info.ModelFingerprint is string hex ? Convert.FromHexString(hex) : default, info.SampleRateHz, info.Channels, info.BandwidthKbps)
    {
        OriginalSampleRateHz = info.OriginalSampleRateHz,
        OriginalChannels = info.OriginalChannels,
        OriginalLengthSamples = info.OriginalLengthSamples,
    };

    /// <summary>Where the codes that a generator makes come from.</summary>
    public static CodeOrigin Of(Generator generator)
    {
        CodecInfo codec = generator.Codec.Info;
        return new CodeOrigin(
            codec.Name,
            generator.Codec.Fingerprint.ToBytes().AsMemory(0, FingerprintBytes),
            codec.SampleRateHz,
            generator.Info.Channels,
            codec.Config.BitrateKbps(generator.Info.Codebooks));
    }

    /// <summary>Reads it from a file's metadata; <see langword="null"/> where no model is named.</summary>
    /// <exception cref="CheckpointException">A value cannot be read.</exception>
    public static CodeOrigin? Read(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (metadata.GetValueOrDefault(ModelKey) is not { Length: > 0 } model)
        {
            return null;
        }

        byte[] fingerprint = [];
        if (metadata.GetValueOrDefault(FingerprintKey) is { Length: > 0 } hex)
        {
            fingerprint = hex.Length == 2 * FingerprintBytes && hex.All(char.IsAsciiHexDigit)
                ? Convert.FromHexString(hex)
                : throw Unreadable(FingerprintKey, hex);
        }

        long? Number(string key, long most) => metadata.GetValueOrDefault(key) is not { Length: > 0 } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most ? number
            : throw Unreadable(key, text);
        return new CodeOrigin(model, fingerprint, (int?)Number(SampleRateKey, int.MaxValue), (int?)Number(ChannelsKey, int.MaxValue), null)
        {
            OriginalSampleRateHz = (int?)Number(OriginalRateKey, int.MaxValue),
            OriginalChannels = (int?)Number(OriginalChannelsKey, int.MaxValue),
            OriginalLengthSamples = Number(OriginalLengthKey, long.MaxValue),
        };

        CheckpointException Unreadable(string key, string text) => new($"{path}: '{key}' is '{Messages.Quote(text)}' in its metadata; the file cannot be read as codes.", path);
    }

    /// <summary>Writes it into a file's metadata.</summary>
    public void Write(SafetensorsWriter writer)
    {
        writer.SetMetadata(ModelKey, Model);
        Set(FingerprintKey, Fingerprint.IsEmpty ? null : Convert.ToHexStringLower(Fingerprint.Span));
        Set(SampleRateKey, SampleRateHz);
        Set(ChannelsKey, Channels);
        Set(BandwidthKey, BandwidthKbps);
        Set(OriginalRateKey, OriginalSampleRateHz);
        Set(OriginalChannelsKey, OriginalChannels);
        Set(OriginalLengthKey, OriginalLengthSamples);

        void Set(string key, IConvertible? value)
        {
            if (value is not null)
            {
                writer.SetMetadata(key, value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Throws if a codec is not the one that made the codes: they would be noise to it.</summary>
    /// <param name="path">File of the codes, for messages.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="channels">Channels of what it is to decode.</param>
    /// <param name="fingerprint">Fingerprint of its encoder and codebooks, or <see langword="null"/> where its weights are not here; called only where it is needed.</param>
    /// <exception cref="BitstreamException">It has another name, another rate, other channels or other weights.</exception>
    public void RequireCodec(string path, CodecInfo codec, int channels, Func<WeightsFingerprint?> fingerprint)
    {
        if (codec.Name != Model)
        {
            throw Fault($"are of model '{Messages.Quote(Model)}', not of '{codec.Name}'");
        }

        if ((SampleRateHz ?? codec.SampleRateHz) != codec.SampleRateHz || (Channels ?? channels) != channels)
        {
            throw Fault($"are of a '{codec.Name}' of {SampleRateHz} Hz and {Channels} channel(s); the one here has {codec.SampleRateHz} Hz and {channels}");
        }

        if (!Fingerprint.IsEmpty && fingerprint() is WeightsFingerprint here && !here.ToBytes().AsSpan().StartsWith(Fingerprint.Span))
        {
            throw Fault($"are of a '{codec.Name}' with encoder and codebooks {Convert.ToHexStringLower(Fingerprint.Span)}; those of '{codec.Name}' here are {here}");
        }

        BitstreamException Fault(string fault) => new($"{path}: its codes {fault}. Decoding them would give noise; name the model that made them.", -1, ModelKey);
    }
}
