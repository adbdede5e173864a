using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Files;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data;

/// <summary>Codes of a trained codec over audio files: computed once by the managed engine, kept in a file.</summary>
/// <param name="codec">The codec.</param>
/// <param name="fingerprint">Fingerprint of its weights; codes kept in a file are used for the same weights only.</param>
/// <param name="kbps">Bandwidth of the codes.</param>
/// <param name="seed">Seed of offsets and gains.</param>
/// <param name="threads">Files encoded at the same time.</param>
/// <param name="report">Told the progress.</param>
internal sealed class CodeCorpus(EncodecModel codec, WeightsFingerprint fingerprint, double kbps, long seed, int threads, Action<string> report)
{
    private const string KeyEntry = "key";

    private readonly ClipCache _clips = new(codec.Config.SampleRateHz, codec.Config.Channels, 0);

    /// <summary>Codebooks K of the sequences.</summary>
    public int Codebooks { get; } = codec.Config.CodebooksFor(kbps);

    /// <summary>Files that could not be read, and the message of the first.</summary>
    public (int Count, string? FirstError) BrokenFiles => (_clips.BrokenFiles, _clips.FirstError);

    /// <summary>The codes of files, from <paramref name="path"/> where it holds them already; otherwise computed and written there.</summary>
    /// <param name="path">File of the codes, or <see langword="null"/> to keep them in memory only.</param>
    /// <param name="clips">The files.</param>
    /// <param name="data">Variants and gains.</param>
    /// <param name="variants">Times that each file is encoded.</param>
    /// <param name="cancellation">Stops the encoding.</param>
    /// <exception cref="AudioFormatException">No file could be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<CodeSequence> Get(string? path, IReadOnlyList<AudioClip> clips, LmDataSettings data, int variants, CancellationToken cancellation)
    {
        string key = Key(clips, data, variants);
        if (path is not null && TryRead(path, key) is { } kept)
        {
            return kept;
        }

        List<CodeSequence> sequences = Encode(clips, data, variants, cancellation);
        if (sequences.Count == 0)
        {
            throw new AudioFormatException($"none of {clips.Count} files could be encoded; the first fault was: {_clips.FirstError ?? "they hold no samples"}", "data");
        }

        if (path is not null)
        {
            Write(path, key, sequences);
        }

        return sequences;
    }

    private static void Write(string path, string key, List<CodeSequence> sequences)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata(KeyEntry, key);
        for (int i = 0; i < sequences.Count; i++)
        {
            writer.AddUInt16($"{i:D7}/{sequences[i].Kind}", [sequences[i].Codes.Length], sequences[i].Codes);
        }

        writer.Save(path);
    }

    private static List<CodeSequence>? TryRead(string path, string key)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Metadata.GetValueOrDefault(KeyEntry) == key
            ? [.. file.Names.Order(StringComparer.Ordinal).Select(
                name => new CodeSequence(Array.ConvertAll(file.ReadInt32(name), code => (ushort)code), name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]))]
            : null;
    }

    /// <summary>Everything that the codes depend on, as one hash.</summary>
    private string Key(IReadOnlyList<AudioClip> clips, LmDataSettings data, int variants)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{fingerprint} {Codebooks} {variants} {data.GainMinDb} {data.GainMaxDb} {seed}\n");
        foreach (AudioClip clip in clips)
        {
            var file = new FileInfo(clip.Path);
            text.Append(CultureInfo.InvariantCulture, $"{clip.Path} {clip.Kind} {(file.Exists ? file.Length : -1)}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private List<CodeSequence> Encode(IReadOnlyList<AudioClip> clips, LmDataSettings data, int variants, CancellationToken cancellation)
    {
        var found = new List<CodeSequence>[clips.Count];
        var progress = new EncodingProgress(clips, "files", report);
        var version = new ClipVariant(data.GainMinDb, data.GainMaxDb);
        LargestFirst.Run([.. clips.Select(clip => clip.Path)], threads, i =>
        {
            found[i] = [];
            if (_clips.Get(clips[i].Path) is { } audio)
            {
                for (int variant = 0; variant < variants; variant++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    AudioBuffer made = variant == 0 ? audio : version.Make(audio, codec.Config.HopSamples, SplitMix.For(seed, -1 - i, variant));
                    found[i].AddRange(Encode(made, clips[i].Kind));
                }

                progress.Add((double)audio.LengthSamples / audio.SampleRateHz);
            }
        }, cancellation);
        List<CodeSequence> all = [.. found.SelectMany(f => f)];
        progress.Finish(all.Sum(s => (long)s.Codes.Length));
        return all;
    }

    /// <summary>Greedy codes: their first levels are the codes of a lower bandwidth, which a wider search chooses otherwise.</summary>
    private IEnumerable<CodeSequence> Encode(AudioBuffer audio, string kind) => codec.Encode(audio, kbps, searchWidth: 1).Segments
        .Where(segment => segment.Codes.Length > 0)
        .Select(segment => new CodeSequence(segment.Codes, kind));
}
