using System.Runtime.CompilerServices;
using AudioCodec.Files;
using NAudio.Wave;

namespace AudioCodec.NAudio;

/// <summary>Makes <c>.ecdc</c> files of what NAudio gives, as <see cref="WaveFileWriter"/> makes WAV files.</summary>
public static class EcdcFileWriter
{
    /// <summary>Compresses a provider to its end into a file, which has its name only when it is complete: an older one stays until then.</summary>
    /// <param name="fileName">The file; replaced where it exists.</param>
    /// <param name="source">Of any rate and number of channels; it must end. Not disposed.</param>
    /// <param name="codec">The codec; not disposed. <see langword="null"/> to load the default one for this file.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source is a <see cref="WaveStream"/>.</param>
    /// <param name="cancellationToken">Stops between blocks and leaves no file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ModelNotFoundException">No codec was given, and there is none on this machine.</exception>
    /// <exception cref="ArgumentException">The codec does not offer what <paramref name="options"/> asks for, or the source cannot be converted.</exception>
    [OverloadResolutionPriority(1)]
    public static CompressionResult CreateEcdcFile(
        string fileName,
        ISampleProvider source,
        Codec? codec = null,
        CompressionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default) =>
        Create(fileName, new SampleProviderSource(source), codec, options, progress, cancellationToken);

    /// <param name="fileName">The file; replaced where it exists.</param>
    /// <param name="source">PCM or float of any rate and number of channels; it must end. Not disposed.</param>
    /// <param name="codec">The codec; not disposed. <see langword="null"/> to load the default one for this file.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source is a <see cref="WaveStream"/>.</param>
    /// <param name="cancellationToken">Stops between blocks and leaves no file.</param>
    /// <exception cref="AudioFormatException">The source's samples are compressed, or of a kind that NAudio does not convert.</exception>
    /// <inheritdoc cref="CreateEcdcFile(string, ISampleProvider, Codec?, CompressionOptions?, IProgress{double}?, CancellationToken)"/>
    public static CompressionResult CreateEcdcFile(
        string fileName,
        IWaveProvider source,
        Codec? codec = null,
        CompressionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default) =>
        Create(fileName, new SampleProviderSource(source), codec, options, progress, cancellationToken);

    private static CompressionResult Create(
        string fileName,
        SampleProviderSource source,
        Codec? codec,
        CompressionOptions? options,
        IProgress<double>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        using Codec? own = codec is null ? Codec.Load() : null;
        using var file = new AtomicFile(fileName);
        CompressionResult result = (codec ?? own!).Compress(source, file.Stream, options, progress, cancellationToken); // One of the two is there.
        file.Commit();
        return result;
    }
}
