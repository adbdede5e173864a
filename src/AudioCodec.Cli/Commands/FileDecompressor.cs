using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.InputOutput;
using AudioCodec.Cli.Options;
using AudioCodec.Cli.Reports;
using AudioCodec.Cli.Session;

namespace AudioCodec.Cli.Commands;

/// <summary>Decompresses the files of a command.</summary>
/// <param name="session">Where messages and pipes go.</param>
/// <param name="codecs">Gives the codecs that the files name.</param>
internal sealed class FileDecompressor(CliSession session, CodecProvider codecs)
{
    /// <summary>The codec to decode with, or <see langword="null"/> for those that the files name; and what to do about damage.</summary>
    public required EcdcOpenOptions Open { get; init; }

    /// <summary>How audio is written.</summary>
    public required WavFormat Format { get; init; }

    /// <summary>Which part of each file.</summary>
    public Excerpt Excerpt { get; init; } = Excerpt.Whole;

    /// <summary>Whether outputs may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Name of the output for an input's name.</summary>
    public static string OutputName(string input, string suffix, WavFormat format) =>
        Path.GetFileNameWithoutExtension(input) + suffix + (format.Raw is null ? ".wav" : ".raw");

    /// <summary>Decompresses files and reports.</summary>
    /// <param name="jobs">The files.</param>
    /// <param name="parallel">Files at once.</param>
    /// <param name="json">Whether the report is JSON.</param>
    /// <param name="cancellationToken">Stops between blocks; no file appears then.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<FileJob> jobs, int parallel, bool json, CancellationToken cancellationToken)
    {
        JobPlan.RefuseMixedOutput(jobs, json);
        BatchReport<DecompressReport> result = await BatchRun.RunAsync(session, jobs, parallel, DecompressAsync, cancellationToken).ConfigureAwait(false);
        if (json)
        {
            result.WriteJson(session);
        }
        else
        {
            result.WriteLines(session, report => report.ToText());
        }

        return result.ExitCode;
    }

    private async Task<DecompressReport> DecompressAsync(FileJob job, IProgress<double> progress, CancellationToken cancellationToken)
    {
        OutputSuffix.RequireAudio(job.Output, Format);
        OutputFolder.Prepare(job.Input, job.Output, Force, job.CreatesFolder);
        using EcdcFile file = codecs.Open(await EcdcInput.OpenAsync(session, job.Input, cancellationToken).ConfigureAwait(false), Open);
        if (file is { Info.LengthSamples: 0, Damage: [EcdcDamage first, ..] })
        {
            // An empty file would pass for its audio.
            throw new BitstreamException($"Nothing of the file can be decoded. {first.Reason}", -1, "chunk");
        }

        OriginalAudio? original = Format.AtOriginalRate ? OriginalAudio.Of(file.Info) : null;
        original = original is null || Excerpt.IsWhole ? original : original with { LengthSamples = null };
        WrittenAudio written = DecodedOutput.Write(
            session, job.Output, Force, Format, () => DecodedOutput.Convert(OpenPart(file), Format, original), progress, cancellationToken);
        foreach (string warning in written.Warnings)
        {
            session.Warning($"{job.Input}: {warning}");
        }

        return Report(job, written);
    }

    /// <exception cref="UsageException">The file ends before the part begins.</exception>
    private AudioSource OpenPart(EcdcFile file)
    {
        if (Excerpt.IsWhole)
        {
            return file.OpenAudio();
        }

        // Without an index, a part is cut out of the whole: then it has exactly the whole's samples.
        SampleRange range = Excerpt.In(file.Info.LengthSamples, file.Info.SampleRateHz);
        return file.Info.FormatVersion == 0
            ? new ExcerptSource(file.OpenAudio(), range.Start, range.Length)
            : new ExcerptSource(file.OpenAudioAt(range.Start), 0, range.Length);
    }

    private static DecompressReport Report(FileJob job, WrittenAudio written)
    {
        AudioTransferResult result = written.Result;
        return new DecompressReport(
            job.Input,
            job.Output,
            result.LengthSamples,
            written.SampleRateHz,
            written.Channels,
            Math.Round((double)result.LengthSamples / written.SampleRateHz, 6),
            ReportJson.Round(result.Peak, 6),
            ReportJson.Round(result.Gain, 6),
            result.ClippedValues,
            written.Warnings);
    }
}
