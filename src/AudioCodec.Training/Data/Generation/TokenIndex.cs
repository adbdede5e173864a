using System.Text.Json;
using AudioCodec.Files;

namespace AudioCodec.Training.Data.Generation;

/// <summary>What all tokens of a folder are of: <c>index.json</c>.</summary>
/// <param name="Codec">Name of the codec.</param>
/// <param name="Fingerprint">Fingerprint of its weights.</param>
/// <param name="SampleRateHz">Samples per second.</param>
/// <param name="HopSamples">Samples of a frame.</param>
/// <param name="Codebooks">Codebooks K.</param>
/// <param name="SearchWidth">Candidates that the search kept.</param>
internal sealed record TokenIndex(string Codec, string Fingerprint, int SampleRateHz, int HopSamples, int Codebooks, int SearchWidth)
{
    private const string FileName = "index.json";

    private static readonly JsonSerializerOptions s_options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Claims a folder for these tokens, or checks that it holds such tokens already.</summary>
    /// <exception cref="ConfigException">It holds tokens of another codec or of other codebooks.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Claim(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, JsonSerializer.Serialize(this, s_options) + "\n");
            return;
        }

        TokenIndex? held = Read(path);
        if (held != this)
        {
            throw new ConfigException(
                $"data.tokens: '{folder}' holds tokens of {held?.ToString() ?? "an unknown codec"}, and {this} are wanted. Name another folder, or delete this one.",
                "data.tokens");
        }
    }

    private static TokenIndex? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TokenIndex>(File.ReadAllText(path), s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
