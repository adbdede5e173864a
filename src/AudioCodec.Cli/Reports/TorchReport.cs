using System.Text.Json.Serialization;

namespace AudioCodec.Cli.Reports;

/// <summary>Which libtorch training and <c>--device cuda</c> run on.</summary>
/// <param name="Found">Whether there is a libtorch that can be used.</param>
/// <param name="Version">Its version.</param>
/// <param name="Place">Where it was found, in words.</param>
/// <param name="Folder">The folder of its libraries.</param>
/// <param name="Cuda">Whether it was built with CUDA.</param>
/// <param name="Devices"><c>cpu</c>, then each GPU with its name.</param>
/// <param name="TorchSharp">TorchSharp's version.</param>
/// <param name="Problem">Why there is none.</param>
/// <param name="Command">What gets one.</param>
internal sealed record TorchReport(
    bool Found,
    string? Version = null,
    string? Place = null,
    string? Folder = null,
    bool? Cuda = null,
    IReadOnlyList<string>? Devices = null,
    [property: JsonPropertyName("torchsharp")] string? TorchSharp = null,
    string? Problem = null,
    string? Command = null)
{
    /// <summary>Writes what was found for a person.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine($"libtorch    {Version}{(Cuda == true ? " with CUDA" : "")}");
        output.WriteLine($"found       {Place}");
        output.WriteLine($"folder      {Folder}");
        output.WriteLine($"devices     {string.Join(", ", Devices ?? [])}");
        output.WriteLine($"TorchSharp  {TorchSharp}");
    }
}
