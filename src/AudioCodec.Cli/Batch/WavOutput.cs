using AudioCodec.Audio;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Batch;

/// <summary>Makes the sink that a format asks for.</summary>
internal static class WavOutput
{
    /// <summary>A WAV or raw sink for the audio of a source; leaves the stream open.</summary>
    public static AudioSink Create(Stream stream, AudioSource source, WavFormat format) => format.Raw is null
        ? new WavWriter(stream, source.SampleRateHz, source.Channels, format.Encoding, source.LengthSamples, leaveOpen: true)
        : new RawPcmWriter(stream, format.Raw, leaveOpen: true);
}
