namespace AudioCodec.Cli.Options;

/// <summary>Samples of a recording.</summary>
/// <param name="Start">The first.</param>
/// <param name="Length">How many.</param>
internal readonly record struct SampleRange(long Start, long Length);
