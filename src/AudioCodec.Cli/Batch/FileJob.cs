namespace AudioCodec.Cli.Batch;

/// <summary>One file to process.</summary>
/// <param name="Input">Path of the input, or <c>-</c>.</param>
/// <param name="Output">Path of the output, or <c>-</c>; the input's where nothing is written.</param>
/// <param name="CreatesFolder">Whether the folder of the output is made where it does not exist.</param>
internal sealed record FileJob(string Input, string Output, bool CreatesFolder = false);
