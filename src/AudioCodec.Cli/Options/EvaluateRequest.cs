namespace AudioCodec.Cli.Options;

/// <summary>What a user wants evaluated.</summary>
/// <param name="Data">Folder, manifest or file.</param>
/// <param name="Split">Split of the manifest, or <see langword="null"/> for all.</param>
/// <param name="Kinds">Kinds of audio; all where it is empty.</param>
/// <param name="LimitPerKind">Most files of each kind.</param>
/// <param name="MaxSeconds">Most seconds of each file.</param>
/// <param name="BandwidthsKbps">Bandwidths, or <see langword="null"/> for all of the model's.</param>
/// <param name="EntropyModel">Name or path of an entropy model, or <see langword="null"/>.</param>
/// <param name="WithBaselines">Whether Opus and MP3 are measured too.</param>
/// <param name="HtmlPath">Where the page goes, or <see langword="null"/>.</param>
/// <param name="PicturesFolder">Where spectrogram pictures go, or <see langword="null"/>.</param>
/// <param name="ExamplesPerKind">Excerpts of each kind in the page or as pictures.</param>
/// <param name="Force">Whether an existing page may be replaced.</param>
internal sealed record EvaluateRequest(
    string Data,
    string? Split,
    IReadOnlyCollection<string> Kinds,
    int? LimitPerKind,
    double? MaxSeconds,
    IReadOnlyList<double>? BandwidthsKbps,
    string? EntropyModel,
    bool WithBaselines,
    string? HtmlPath,
    string? PicturesFolder,
    int ExamplesPerKind,
    bool Force);
