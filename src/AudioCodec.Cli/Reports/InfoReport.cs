using AudioCodec.Codecs.Configuration;
using AudioCodec.Metrics;

namespace AudioCodec.Cli.Reports;

/// <summary>What an <c>.ecdc</c> file says about itself, and how its codes are used.</summary>
internal sealed record InfoReport
{
    /// <summary>Path of the file, or <c>-</c>.</summary>
    public required string Input { get; init; }

    /// <summary>Version of the format: 0 or 1.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the model that it was made with.</summary>
    public required string Model { get; init; }

    /// <summary>How far the model's training is, where the model is known here.</summary>
    public CheckpointStatus? ModelStatus { get; init; }

    /// <summary>First bytes of the fingerprint of the model's encoder and codebooks (version 1).</summary>
    public string? ModelFingerprint { get; init; }

    /// <summary>The same of the decoder that the model had when the file was made (version 1).</summary>
    public string? DecoderFingerprint { get; init; }

    /// <summary>Samples per channel that it decodes to.</summary>
    public required long LengthSamples { get; init; }

    /// <summary>Codes per frame, K.</summary>
    public required int Codebooks { get; init; }

    /// <summary>Whether codes are entropy-coded.</summary>
    public required bool LanguageModel { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>The model's rate; this and all that follows from the model is <see langword="null"/> where a version-0 file's model is not known here.</summary>
    public int? SampleRateHz { get; init; }

    /// <summary>The model's channels.</summary>
    public int? Channels { get; init; }

    /// <summary>Frames per second.</summary>
    public int? FrameRateHz { get; init; }

    /// <summary>Segments that are coded on their own.</summary>
    public long? Segments { get; init; }

    /// <summary>Playing time.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Bit rate without entropy coding and container, kbit/s.</summary>
    public double? BandwidthKbps { get; init; }

    /// <summary>Bit rate of the file, kbit/s; <see langword="null"/> for empty audio.</summary>
    public double? BitrateKbps { get; init; }

    /// <summary>Rate of the audio that was compressed (version 1, like all that follows).</summary>
    public int? OriginalSampleRateHz { get; init; }

    /// <summary>Channels of the audio that was compressed.</summary>
    public int? OriginalChannels { get; init; }

    /// <summary>Samples per channel of the audio that was compressed.</summary>
    public long? OriginalLengthSamples { get; init; }

    /// <summary>Chunks of the file.</summary>
    public int? Chunks { get; init; }

    /// <summary>Parts that were joined without encoding them again.</summary>
    public int? JoinedParts { get; init; }

    /// <summary>Share of the bits that entropy coding saved, the container's overhead included.</summary>
    public double? SavedShare { get; init; }

    /// <summary>Texts that the file carries, in order.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>[K] mean bits spent on a code of each codebook.</summary>
    public IReadOnlyList<double>? BitsPerCode { get; init; }

    /// <summary>Where the chunks lie.</summary>
    public IReadOnlyList<ChunkReport>? Index { get; init; }

    /// <summary>[K] how the codes of each codebook are used, where they are not entropy-coded.</summary>
    public IReadOnlyList<CodebookReport>? CodebookUse { get; init; }

    /// <summary>What is damaged, in sentences; empty for a sound file.</summary>
    public IReadOnlyList<string>? Damage { get; init; }

    /// <summary>Why something is missing.</summary>
    public string? Note { get; init; }

    /// <summary>The report of a file whose model is known here, or that says all about it itself.</summary>
    /// <param name="input">Path of the file.</param>
    /// <param name="file">The file.</param>
    /// <param name="status">How far the model's training is, where it is known here.</param>
    /// <param name="usage">How the codes are used, where they were counted.</param>
    public static InfoReport Of(string input, EcdcFile file, CheckpointStatus? status, CodebookUsage? usage)
    {
        EcdcInfo info = file.Info;
        var report = new InfoReport
        {
            Input = input,
            Version = info.FormatVersion,
            Model = info.Model,
            ModelStatus = status,
            ModelFingerprint = info.ModelFingerprint,
            DecoderFingerprint = info.DecoderFingerprint,
            LengthSamples = info.LengthSamples,
            Codebooks = info.Codebooks,
            LanguageModel = info.IsEntropyCoded,
            FileBytes = info.FileBytes,
            SampleRateHz = info.SampleRateHz,
            Channels = info.Channels,
            FrameRateHz = info.FrameRateHz,
            Segments = info.Segments,
            DurationSeconds = Math.Round(info.Duration.TotalSeconds, 6),
            BandwidthKbps = info.BandwidthKbps,
            BitrateKbps = info.LengthSamples == 0 ? null : Math.Round(info.BitrateKbps, 3),
            CodebookUse = usage is null ? null : [.. usage.DistinctCodes().Zip(usage.Perplexities(), (distinct, perplexity) => new CodebookReport(distinct, ReportJson.Round(perplexity, 1)))],
            Note = info.IsEntropyCoded ? "The codes are entropy-coded with a language model and are not counted." : null,
        };
        return info.FormatVersion == 0 ? report : report with
        {
            OriginalSampleRateHz = info.OriginalSampleRateHz,
            OriginalChannels = info.OriginalChannels,
            OriginalLengthSamples = info.OriginalLengthSamples,
            Chunks = info.Chunks.Count,
            JoinedParts = info.JoinedParts,
            SavedShare = info.SavedShare is double share ? ReportJson.Round(share, 4) : null,
            Tags = file.Tags,
            Damage = [.. file.Damage.Select(damage => damage.Reason)],
            BitsPerCode = [.. info.BitsSpentPerCode.Select(bits => Math.Round(bits, 3))],
            Index = [.. info.Chunks.Select(chunk => new ChunkReport(chunk.Offset, chunk.RecordBytes, chunk.Frames))],
        };
    }

    /// <summary>The report of a version-0 file whose model is not known here.</summary>
    public static InfoReport OfUnknownModel(string input, EcdcHeaderInfo header, long fileBytes) => new()
    {
        Input = input,
        Version = header.FormatVersion,
        Model = header.Model,
        LengthSamples = header.LengthSamples ?? 0,
        Codebooks = header.Codebooks,
        LanguageModel = header.IsEntropyCoded,
        FileBytes = fileBytes,
        Note = $"Model '{header.Model}' is not known here; name its checkpoint to see duration, bit rate and codes.",
    };
}

/// <summary>Where a chunk lies.</summary>
/// <param name="Offset">Offset in the file.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Frames">Its frames.</param>
internal sealed record ChunkReport(long Offset, long Bytes, int Frames);

/// <summary>How the codes of a codebook are used.</summary>
/// <param name="DistinctCodes">Different codes that occur.</param>
/// <param name="Perplexity">Number of codes that, used evenly, would carry as much; <see langword="null"/> where there are no codes.</param>
internal sealed record CodebookReport(int DistinctCodes, double? Perplexity);
