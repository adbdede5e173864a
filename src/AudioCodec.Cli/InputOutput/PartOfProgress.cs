namespace AudioCodec.Cli.InputOutput;

/// <summary>One of several passes: 0 to 1 here is <paramref name="from"/> to <paramref name="to"/> of the whole.</summary>
internal sealed class PartOfProgress(IProgress<double> whole, double from, double to) : IProgress<double>
{
    /// <inheritdoc/>
    public void Report(double value) => whole.Report(from + ((to - from) * value));
}
