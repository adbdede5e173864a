using AudioCodec.Audio;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;
using AudioCodec.Files;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Commands;

/// <summary>Compresses and decompresses a recording and compares.</summary>
/// <param name="session">Where messages and pipes go.</param>
/// <param name="codecs">Gives the codec.</param>
/// <param name="options">How to compress.</param>
/// <remarks>Holds the whole recording in memory twice, for the comparison.</remarks>
internal sealed class RoundTrip(CliSession session, CodecProvider codecs, CompressionOptions options)
{
    /// <summary>How decoded audio is written.</summary>
    public required WavFormat Format { get; init; }

    /// <summary>Where the decoded audio goes, or <see langword="null"/>.</summary>
    public string? DecodedPath { get; init; }

    /// <summary>Where the compressed file goes, or <see langword="null"/>.</summary>
    public string? CompressedPath { get; init; }

    /// <summary>Whether outputs may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Compresses, decompresses, compares and reports.</summary>
    /// <param name="input">Path of the audio, or <c>-</c>.</param>
    /// <param name="json">Whether the report is JSON.</param>
    /// <param name="cancellationToken">Stops between blocks; no file appears then.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">Audio and report would both go to standard output.</exception>
    public async Task<int> RunAsync(string input, bool json, CancellationToken cancellationToken)
    {
        if (DecodedPath == CliSession.Pipe)
        {
            throw new UsageException("roundtrip prints its report to standard output; write the audio to a file.");
        }

        RoundTripReport report = await ProgressDisplay.RunOneAsync(
            session, input, progress => Task.Run(() => Run(input, progress, cancellationToken), cancellationToken)).ConfigureAwait(false);
        if (json)
        {
            ReportJson.Write(session, report);
        }
        else
        {
            report.WriteText(session.Output);
        }

        return ExitCodes.Success;
    }

    private RoundTripReport Run(string input, IProgress<double> progress, CancellationToken cancellationToken)
    {
        if (DecodedPath is not null)
        {
            OutputSuffix.RequireAudio(DecodedPath, Format);
        }

        if (CompressedPath is not null)
        {
            OutputSuffix.RequireCompressed(CompressedPath);
        }

        foreach (string path in new[] { DecodedPath, CompressedPath }.OfType<string>())
        {
            OutputFolder.Prepare(input, path, Force);
        }

        if (DecodedPath is not null && CompressedPath is not null && FileIdentity.Resolve(DecodedPath) == FileIdentity.Resolve(CompressedPath))
        {
            throw new UsageException($"The decoded audio and the compressed file would both be written to '{CompressedPath}'.");
        }

        Codec codec = codecs.Get();
        CompressOptions.RequireOffered(codec, options);
        using AudioSource source = AudioInput.Open(session, input, options.InputFormat);
        using AudioSource converted = AudioFile.ConvertInput(source, codec.Info.SampleRateHz, codec.Info.Channels, input);
        AudioBuffer original = AudioFile.ReadAll(converted, input);
        foreach (string warning in converted.Warnings)
        {
            session.Warning($"{input}: {warning}");
        }

        using var compressed = new MemoryStream();
        using var buffered = new AudioBufferSource(original);
        CompressionResult result = codec.Compress(buffered, compressed, options, new PartOfProgress(progress, 0, 0.5), cancellationToken);
        AudioBuffer decoded = Decode(codec, compressed);
        progress.Report(1);
        cancellationToken.ThrowIfCancellationRequested();
        WriteCompressed(compressed);
        WriteDecoded(decoded, new OriginalAudio(source.SampleRateHz, source.LengthSamples), cancellationToken);
        return Report(input, codec.Info, result, original, decoded);
    }

    private static AudioBuffer Decode(Codec codec, MemoryStream compressed)
    {
        compressed.Position = 0;
        using EcdcFile file = codec.Open(compressed, new EcdcOpenOptions { LeaveOpen = true });
        using AudioSource source = file.OpenAudio();
        return AudioFile.ReadAll(source);
    }

    private void WriteCompressed(MemoryStream compressed)
    {
        if (CompressedPath is not null)
        {
            using OutputTarget target = OutputTarget.Open(session, CompressedPath, Force);
            compressed.WriteTo(target.Stream);
            target.Commit();
        }
    }

    private void WriteDecoded(AudioBuffer decoded, OriginalAudio original, CancellationToken cancellationToken)
    {
        if (DecodedPath is null)
        {
            return;
        }

        WrittenAudio written = DecodedOutput.Write(
            session,
            DecodedPath,
            Force,
            Format,
            () => DecodedOutput.Convert(new AudioBufferSource(decoded), Format, Format.AtOriginalRate ? original : null),
            new Progress<double>(),
            cancellationToken);
        foreach (string warning in written.Warnings)
        {
            session.Warning($"{DecodedPath}: {warning}");
        }
    }

    private RoundTripReport Report(string input, CodecInfo codec, CompressionResult result, AudioBuffer original, AudioBuffer decoded)
    {
        long pcmBytes = result.LengthSamples * codec.Channels * sizeof(short);
        return new RoundTripReport(
            input,
            DecodedPath,
            codec.Name,
            codec.Status,
            result.BandwidthKbps,
            Math.Round(result.Duration.TotalSeconds, 6),
            codec.SampleRateHz,
            codec.Channels,
            input == CliSession.Pipe ? null : new FileInfo(input).Length,
            pcmBytes,
            result.CompressedBytes,
            ReportJson.Round((double)pcmBytes / result.CompressedBytes),
            Math.Round(result.BitrateKbps, 3),
            ReportJson.Round(SiSdr.ComputeDb(original, decoded)),
            ReportJson.Round(new MelDistance(codec.SampleRateHz).Compute(original, decoded), 4),
            ReportJson.Round(MultiResolutionStftDistance.Compute(original, decoded), 4));
    }
}
