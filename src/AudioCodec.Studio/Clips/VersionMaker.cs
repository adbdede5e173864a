using System.Diagnostics;
using AudioCodec.Audio;
using AudioCodec.Evaluation;
using AudioCodec.Metrics;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Clips;

/// <summary>Makes versions of recordings: through the codecs of this library, and through Opus and MP3 where ffmpeg is.</summary>
internal sealed class VersionMaker(CodecProvider codecs, StudioModels models)
{
    /// <summary>Makes a version, or gives the one that was made before.</summary>
    /// <param name="clip">The recording.</param>
    /// <param name="codec">A codec of this machine, <c>Opus</c> or <c>MP3</c>.</param>
    /// <param name="kbps">One of its rates.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="Refusal">There is no such codec or rate (400).</exception>
    public ClipVersion Make(Clip clip, string codec, double kbps, CancellationToken cancellation)
    {
        string key = FormattableString.Invariant($"{codec}@{kbps}");
        if (clip.Versions.TryGetValue(key, out ClipVersion? made))
        {
            return made;
        }

        models.Require(codec, kbps);
        lock (clip.Versions)
        {
            return clip.Versions.GetOrAdd(key, _ => Make(clip, key, codec, kbps, cancellation));
        }
    }

    private ClipVersion Make(Clip clip, string key, string codec, double kbps, CancellationToken cancellation) => models.External(codec) is FfmpegCodec external
        ? MakeExternal(clip, key, external, kbps, cancellation)
        : MakeOwn(clip, key, codecs.Get(codec), kbps, cancellation);

    private static ClipVersion MakeOwn(Clip clip, string key, Codec codec, double kbps, CancellationToken cancellation)
    {
        var version = new ClipVersion(key, codec.Info.Name, kbps, 0, 0, null, null, null, null, null, null, null, null, HasEcdc: true);
        string path = clip.PathOf(version, ".ecdc");
        long start = Stopwatch.GetTimestamp();
        using (AudioSource source = AudioFile.OpenStream(File.OpenRead(clip.Wav), clip.Name))
        using (FileStream output = File.Create(path))
        {
            CompressionResult result = codec.Compress(source, output, new CompressionOptions { BandwidthKbps = kbps }, cancellationToken: cancellation);
            version = version with { Bytes = result.CompressedBytes, Kbps = result.BitrateKbps, EncodeSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
        }

        start = Stopwatch.GetTimestamp();
        using EcdcFile file = codec.Open(File.OpenRead(path));
        using (AudioSource decoded = file.OpenAudio())
        {
            WavFile.Write(clip.PathOf(version, ".wav"), decoded, cancellation);
        }

        version = version with { DecodeSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds, SavedShare = file.Info.IsEntropyCoded ? file.Info.SavedShare : null };
        AudioBuffer reference = Read(clip.Wav, codec.Info.SampleRateHz, codec.Info.Channels);
        AudioBuffer estimate = Read(clip.PathOf(version, ".wav"), codec.Info.SampleRateHz, codec.Info.Channels);
        return Scored(version, reference, TimeAlignment.Align(reference, estimate, 0, out _), cancellation);
    }

    private static ClipVersion MakeExternal(Clip clip, string key, FfmpegCodec codec, double kbps, CancellationToken cancellation)
    {
        AudioBuffer reference = Read(clip.Wav, clip.SampleRateHz, Math.Min(clip.Channels, 2));
        CodecOutput output = codec.Process(reference, kbps, cancellation);
        AudioBuffer aligned = TimeAlignment.Align(reference, output.Decoded, reference.SampleRateHz / 10, out _);
        var version = new ClipVersion(key, codec.Name, kbps, output.FileBytes, output.FileBytes * 8 / clip.Seconds / 1000, null, null, null, null, null, null, null, null, HasEcdc: false);
        using (var source = new AudioBufferSource(aligned))
        {
            WavFile.Write(clip.PathOf(version, ".wav"), source, cancellation);
        }

        // Measured at 24 kHz, so that the figures stand beside those of the codecs here.
        const int MeasuredHz = 24000;
        return Scored(version, Read(clip.Wav, MeasuredHz, 1), Read(clip.PathOf(version, ".wav"), MeasuredHz, 1), cancellation);
    }

    private static ClipVersion Scored(ClipVersion version, AudioBuffer reference, AudioBuffer estimate, CancellationToken cancellation)
    {
        estimate = estimate.LengthSamples == reference.LengthSamples ? estimate : TimeAlignment.Align(reference, estimate, 0, out _);
        cancellation.ThrowIfCancellationRequested();
        StoiScores intelligibility = Stoi.Compute(reference, estimate);
        cancellation.ThrowIfCancellationRequested();
        return version with
        {
            SiSdrDb = Finite(SiSdr.ComputeDb(reference, estimate)),
            Stoi = Finite(intelligibility.Stoi),
            Estoi = Finite(intelligibility.Estoi),
            MelDistance = Finite(new MelDistance(reference.SampleRateHz).Compute(reference, estimate)),
            StftDistance = Finite(MultiResolutionStftDistance.Compute(reference, estimate)),
        };
    }

    /// <summary>JSON has no infinity, which silence gives.</summary>
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static AudioBuffer Read(string path, int sampleRateHz, int channels)
    {
        using AudioSource source = AudioFile.Convert(AudioFile.OpenStream(File.OpenRead(path), path), sampleRateHz, channels);
        return AudioFile.ReadAll(source, path);
    }
}
