namespace AudioCodec.Cli.Reports;

/// <summary>A sound file.</summary>
/// <param name="Input">Its path, or <c>-</c>.</param>
/// <param name="Version">Version of the format: 0 or 1.</param>
/// <param name="Model">Name of the model that it was made with.</param>
/// <param name="LengthSamples">Samples per channel that it decodes to.</param>
/// <param name="Chunks">Its chunks; 0 in version 0.</param>
/// <param name="Note">What was checked.</param>
internal sealed record VerifyReport(string Input, int Version, string Model, long LengthSamples, int Chunks, string Note)
{
    /// <summary>The report in a line.</summary>
    public string ToText() => $"{Input}: sound ({Note})";
}
