using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Cli.Reports;

/// <summary>A take that was written.</summary>
/// <param name="Output">Its file.</param>
/// <param name="Tokens">File of its tokens, or <see langword="null"/>.</param>
/// <param name="Prompt">The text.</param>
/// <param name="Take">Number among the takes of its prompt, from 0.</param>
/// <param name="Seed">Seed that makes it again.</param>
/// <param name="Complete">Whether it has the length that was asked for, rather than having been stopped.</param>
/// <param name="DurationSeconds">Its length.</param>
/// <param name="LengthSamples">Samples per channel.</param>
/// <param name="SampleRateHz">Samples per second and channel.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Frames">Frames of codes.</param>
/// <param name="Codebooks">Codes per frame.</param>
/// <param name="Peak">Largest magnitude before clipping.</param>
/// <param name="ClippedValues">Samples that were clipped.</param>
internal sealed record TakeReport(
    string Output,
    string? Tokens,
    string Prompt,
    int Take,
    long Seed,
    bool Complete,
    double DurationSeconds,
    long LengthSamples,
    int SampleRateHz,
    int Channels,
    long Frames,
    int Codebooks,
    double? Peak,
    long ClippedValues)
{
    /// <summary>The report in a line.</summary>
    public string ToText() => $"{Output}: {DurationSeconds:0.00} s, seed {Seed}{(Complete ? "" : ", stopped early")}{(Tokens is null ? "" : $"; tokens in {Tokens}")}";
}

/// <summary>What came of a generation.</summary>
/// <param name="Model">Name of the generator.</param>
/// <param name="Status">State of its training.</param>
/// <param name="FirstSoundSeconds">Time from the start of the generation to its first samples, or <see langword="null"/> where none came.</param>
/// <param name="ElapsedSeconds">Time that it took, without loading the model.</param>
/// <param name="Takes">The takes that were written.</param>
internal sealed record GenerateReport(string Model, CheckpointStatus Status, double? FirstSoundSeconds, double ElapsedSeconds, IReadOnlyList<TakeReport> Takes)
{
    /// <summary>The report in a line.</summary>
    public string ToText() =>
        $"{Takes.Sum(take => take.DurationSeconds):0.00} s made in {ElapsedSeconds:0.00} s ({Model}{(Status == CheckpointStatus.Release ? "" : $", {Status.ToString().ToLowerInvariant()}")})";
}
