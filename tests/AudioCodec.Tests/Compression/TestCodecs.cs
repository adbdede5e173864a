using AudioCodec.Audio;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec.Tests.Compression;

/// <summary>The front door over models that have no checkpoint.</summary>
internal static class TestCodecs
{
    public static Codec Of(EncodecModel model) => new(new CodecModel(model, CheckpointStatus.Release, () => default, () => default, () => null), threads: 1, owned: null);

    public static CompressionOptions Version0(double bandwidthKbps) => new() { BandwidthKbps = bandwidthKbps, FormatVersion = 0 };

    public static CompressionResult Compress(this EncodecModel model, AudioSource source, Stream output, CompressionOptions options) =>
        Of(model).Compress(source, output, options);

    public static AudioBuffer DecodeFile(this EncodecModel model, byte[] file)
    {
        using EcdcFile opened = Of(model).Open(new MemoryStream(file));
        using AudioSource source = opened.OpenAudio();
        return AudioFile.ReadAll(source);
    }
}
