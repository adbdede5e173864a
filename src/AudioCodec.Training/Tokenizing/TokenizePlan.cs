using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AudioCodec.Files;

namespace AudioCodec.Training.Tokenizing;

/// <summary>What all workers of one tokenization agree on: <c>plan.json</c>, written by the first of them.</summary>
/// <param name="Codec">Name of the codec.</param>
/// <param name="Fingerprint">Fingerprint of its encoder and codebooks.</param>
/// <param name="SampleRateHz">Samples per second that the codec takes.</param>
/// <param name="Channels">Channels that it takes.</param>
/// <param name="HopSamples">Samples of a frame.</param>
/// <param name="SegmentSamples">Samples of a segment, <see langword="null"/> for a codec without.</param>
/// <param name="Codebooks">Codes per frame, K.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="SearchWidth">Candidates that the quantizer's search keeps.</param>
/// <param name="FilesPerShard">Files of a shard; the last may hold fewer.</param>
/// <param name="Files">The files in the order of the shards: path below the corpus with <c>/</c>, and bytes.</param>
internal sealed record TokenizePlan(
    string Codec,
    string Fingerprint,
    int SampleRateHz,
    int Channels,
    int HopSamples,
    int? SegmentSamples,
    int Codebooks,
    int CodebookSize,
    int SearchWidth,
    int FilesPerShard,
    IReadOnlyList<PlannedFile> Files)
{
    private const string FileName = "plan.json";

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Number of shards.</summary>
    public int Shards => (Files.Count + FilesPerShard - 1) / FilesPerShard;

    /// <summary>The files of a shard.</summary>
    public IEnumerable<PlannedFile> FilesOf(int shard) => Files.Skip(shard * FilesPerShard).Take(FilesPerShard);

    /// <summary>Claims a folder for this plan, or checks that its plan is the same.</summary>
    /// <returns>The plan's hash, which every shard carries.</returns>
    /// <exception cref="ConfigException">The folder holds codes of another plan.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Claim(string folder)
    {
        Directory.CreateDirectory(folder);
        string text = JsonSerializer.Serialize(this, s_options) + "\n";
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            try
            {
                using var file = new AtomicFile(path, overwrite: false);
                file.Stream.Write(Encoding.UTF8.GetBytes(text));
                file.Commit();
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another worker was faster.
            }
        }

        return File.ReadAllText(path) == text
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))
            : throw new ConfigException($"'{folder}' holds codes of {Difference(path)}. Name another folder with -o, or delete this one.", path);
    }

    private string Difference(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TokenizePlan>(File.ReadAllText(path), s_options) is not { } held ? "an unknown plan"
                : held.Codec != Codec || held.Fingerprint != Fingerprint ? $"the codec '{held.Codec}' with other weights than '{Codec}' here"
                : held with { Files = Files } != this ? $"another division: {held.Codebooks} codebooks, search width {held.SearchWidth}, {held.FilesPerShard} files in a shard"
                : $"another list of files: {held.Files.Count} then, {Files.Count} now, or of other sizes";
        }
        catch (JsonException)
        {
            return "an unknown plan";
        }
    }
}

/// <summary>A file to be turned into codes.</summary>
/// <param name="Path">Its path below the corpus, with <c>/</c>.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record PlannedFile(string Path, long Bytes);
