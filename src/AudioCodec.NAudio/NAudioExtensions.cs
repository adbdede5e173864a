using System.Runtime.CompilerServices;
using AudioCodec.Audio;
using NAudio.Wave;

namespace AudioCodec.NAudio;

/// <summary>NAudio's providers where the library takes audio, and the library's audio where NAudio takes providers.</summary>
public static class NAudioExtensions
{
    /// <summary>Compresses a provider to its end, on the calling thread.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="source">Of any rate and number of channels; it must end. Not disposed.</param>
    /// <param name="output">Receives the <c>.ecdc</c> file; need not seek. Left open.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source is a <see cref="WaveStream"/>.</param>
    /// <param name="cancellationToken">Stops between blocks; what was written then is no complete file.</param>
    /// <exception cref="ArgumentException">The codec does not offer what <paramref name="options"/> asks for, or the source cannot be converted.</exception>
    [OverloadResolutionPriority(1)]
    public static CompressionResult Compress(
        this Codec codec,
        ISampleProvider source,
        Stream output,
        CompressionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        using var audio = new SampleProviderSource(source);
        return codec.Compress(audio, output, options, progress, cancellationToken);
    }

    /// <param name="codec">The codec.</param>
    /// <param name="source">PCM or float of any rate and number of channels; it must end. Not disposed.</param>
    /// <param name="output">Receives the <c>.ecdc</c> file; need not seek. Left open.</param>
    /// <param name="options">How to compress.</param>
    /// <param name="progress">Receives 0 to 1, where the source is a <see cref="WaveStream"/>.</param>
    /// <param name="cancellationToken">Stops between blocks; what was written then is no complete file.</param>
    /// <exception cref="AudioFormatException">The source's samples are compressed, or of a kind that NAudio does not convert.</exception>
    /// <inheritdoc cref="Compress(Codec, ISampleProvider, Stream, CompressionOptions?, IProgress{double}?, CancellationToken)"/>
    public static CompressionResult Compress(
        this Codec codec,
        IWaveProvider source,
        Stream output,
        CompressionOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        using var audio = new SampleProviderSource(source);
        return codec.Compress(audio, output, options, progress, cancellationToken);
    }

    /// <summary>An open <c>.ecdc</c> file for NAudio, seekable; the file outlives it.</summary>
    /// <param name="file">The file; nothing else may read it meanwhile.</param>
    /// <inheritdoc cref="EcdcFileReader(EcdcFile, bool)" path="/exception"/>
    public static EcdcFileReader ToSampleProvider(this EcdcFile file) => new(file, leaveOpen: true);

    /// <summary>A source of the library for NAudio; the caller disposes the source.</summary>
    /// <param name="source">The source.</param>
    public static ISampleProvider ToSampleProvider(this AudioSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SourceSampleProvider(source);
    }

    /// <summary>Audio in memory for NAudio, from its beginning.</summary>
    /// <param name="audio">The audio; not copied.</param>
    public static ISampleProvider ToSampleProvider(this AudioBuffer audio) => new AudioBufferSource(audio).ToSampleProvider();
}
