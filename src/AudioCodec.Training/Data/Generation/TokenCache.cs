using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Files;
using AudioCodec.Numerics;
using AudioCodec.Training.Configuration;

namespace AudioCodec.Training.Data.Generation;

/// <summary>Tokens of a trained codec over audio files, in many variants of each: computed once, kept in a folder, continued where it was stopped.</summary>
/// <remarks>
/// A variant is a function of the seed, the file (its name and size) and the variant's number, so that more variants can be added later. One copy per file
/// would throw the best augmentation away: moving the audio by 2 ms leaves half of the first codebook's codes and a tenth of the fourth's.
/// </remarks>
/// <param name="codec">The codec.</param>
/// <param name="fingerprint">Fingerprint of its weights.</param>
/// <param name="codebooks">Codebooks K, the first ones.</param>
/// <param name="settings">Variants and their changes.</param>
/// <param name="folder">Folder of the tokens, or <see langword="null"/> to keep them in memory only.</param>
/// <param name="threads">Files encoded at the same time.</param>
/// <param name="report">Told the progress.</param>
internal sealed class TokenCache(
    ICodecEngine codec, WeightsFingerprint fingerprint, int codebooks, GeneratorDataSettings settings, string? folder, int threads, Action<string> report)
{
    private const int FilesPerShard = 32;
    private const int KeyVersion = 1;
    private const int MixtureBase = 1000; // Numbers of mixtures in random sequences: above those of all variants.

    private readonly ClipCache _clips = new(codec.Config.SampleRateHz, codec.Config.Channels, 0);
    private readonly ClipVariant _version = new(settings.GainMinDb, settings.GainMaxDb, settings.PitchSemitones, settings.TiltDb);
    private readonly TokenIndex _index = new(
        codec.Config.Name, fingerprint.ToString(), codec.Config.SampleRateHz, codec.Config.HopSamples, codebooks, settings.SearchWidth);

    /// <summary>The tokens of a split's files: read where the folder holds them, otherwise computed and written there.</summary>
    /// <param name="split">Name of the split: part of the files' names.</param>
    /// <param name="clips">The files.</param>
    /// <param name="augmented">Whether variants and mixtures are wanted, or every file as it is only.</param>
    /// <param name="cancellation">Stops the encoding; whole shards are kept.</param>
    /// <exception cref="ConfigException">The codec's segments are scaled or overlap, or the folder holds tokens of another codec.</exception>
    /// <exception cref="AudioFormatException">No file could be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TokenSet Get(string split, IReadOnlyList<AudioClip> clips, bool augmented, CancellationToken cancellation)
    {
        Check(codec.Config);
        if (folder is not null)
        {
            _index.Claim(folder);
        }

        List<Shard> missing = [];
        int[] captioned = [.. Enumerable.Range(0, clips.Count).Where(i => clips[i].Captions.Count > 0)];
        List<Shard> shards = [.. Shards(split, clips, augmented, captioned)];
        var held = new Dictionary<Shard, (ushort[] Codes, float[] Levels)?[]>();
        foreach (Shard shard in shards)
        {
            if (folder is not null && TokenShard.TryRead(Path.Combine(folder, shard.Name), shard.Key, shard.Clips.Length, codebooks, codec.Config.CodebookSize) is { } read)
            {
                held[shard] = read;
            }
            else
            {
                missing.Add(shard);
            }
        }

        Encode(missing, clips, captioned, held, cancellation);
        return Collect(shards, held, clips, captioned);
    }

    private static void Check(EncodecConfig config)
    {
        if (config.SegmentSamples is not null || config.NormalizeSegments)
        {
            throw new ConfigException($"codec: '{config.Name}' codes in segments that overlap or are scaled; a generator needs one row of frames. Use a streaming codec such as audiocodec_24khz.", "codec");
        }
    }

    private void Encode(List<Shard> missing, IReadOnlyList<AudioClip> clips, int[] captioned, Dictionary<Shard, (ushort[] Codes, float[] Levels)?[]> held, CancellationToken cancellation)
    {
        if (missing.Count == 0)
        {
            return;
        }

        AudioClip[] work = [.. missing.SelectMany(shard => shard.Clips.Select(i => clips[i]))];
        var progress = new EncodingProgress(work, "variants of files", report);
        long codes = 0;
        foreach (Shard shard in missing)
        {
            var made = new (ushort[] Codes, float[] Levels)?[shard.Clips.Length];
            LargestFirst.Run([.. shard.Clips.Select(clip => clips[clip].Path)], threads, i =>
            {
                AudioClip? second = Second(shard, shard.Clips[i], clips, captioned);
                if (Make(clips[shard.Clips[i]], second, shard) is { } audio)
                {
                    ushort[] found = codec.EncodeCodebooks(audio, codebooks, searchWidth: settings.SearchWidth).Segments[0].Codes;
                    made[i] = (found, FrameLevels.Of(audio, codec.Config.HopSamples, found.Length / codebooks));
                    progress.Add((double)audio.LengthSamples / audio.SampleRateHz);
                }
            }, cancellation);
            codes += made.Sum(m => m?.Codes.LongLength ?? 0);
            held[shard] = made;
            if (folder is not null)
            {
                TokenShard.Write(Path.Combine(folder, shard.Name), shard.Key, made, codebooks);
            }
        }

        progress.Finish(codes);
    }

    private AudioBuffer? Make(AudioClip clip, AudioClip? second, Shard shard)
    {
        if (_clips.Get(clip.Path) is not { } audio)
        {
            return null;
        }

        SplitMix random = Random(clip, shard);
        if (shard.Mixture)
        {
            if (second is null || _clips.Get(second.Path) is not { } other)
            {
                return null;
            }

            int snr = settings.MixtureSnrMinDb + (int)random.NextInt64(settings.MixtureSnrMaxDb - settings.MixtureSnrMinDb + 1);
            int start = (int)random.NextInt64((audio.LengthSamples / 2) + 1);
            int level = SoundMixing.LowestLevelDb + (int)random.NextInt64(SoundMixing.HighestLevelDb - SoundMixing.LowestLevelDb);
            audio = new AudioBuffer(SoundMixing.Mix(audio.Samples, other.Samples, snr, start, level), 1, audio.SampleRateHz);
        }
        else if (shard.Variant > 0)
        {
            audio = _version.Make(audio, codec.Config.HopSamples, random);
        }

        return Lengthen(audio);
    }

    private AudioBuffer Lengthen(AudioBuffer audio)
    {
        int wanted = (int)Math.Round(settings.MinSeconds * audio.SampleRateHz);
        if (audio.LengthSamples >= wanted)
        {
            return audio;
        }

        var longer = new AudioBuffer(new float[wanted * audio.Channels], audio.Channels, audio.SampleRateHz);
        for (int c = 0; c < audio.Channels; c++)
        {
            audio.Channel(c).CopyTo(longer.Channel(c));
        }

        return longer;
    }

    private TokenSet Collect(List<Shard> shards, Dictionary<Shard, (ushort[] Codes, float[] Levels)?[]> held, IReadOnlyList<AudioClip> clips, int[] captioned)
    {
        var perClip = new List<TokenSequence>[clips.Count];
        for (int i = 0; i < perClip.Length; i++)
        {
            perClip[i] = [];
        }

        var wanted = new HashSet<int>();
        foreach (Shard shard in shards.OrderBy(s => s.Mixture).ThenBy(s => s.Variant))
        {
            for (int i = 0; i < shard.Clips.Length; i++)
            {
                int clip = shard.Clips[i];
                wanted.Add(clip);
                if (held[shard][i] is var (codes, levels) && levels.Length > 0)
                {
                    perClip[clip].Add(new TokenSequence(clips[clip], Second(shard, clip, clips, captioned), codes, levels));
                }
            }
        }

        int[] broken = [.. wanted.Where(i => perClip[i].Count == 0).Order()];
        string? error = broken.Length == 0 ? null : _clips.FirstError ?? $"'{clips[broken[0]].Path}' could not be read when its tokens were made.";
        return broken.Length < wanted.Count
            ? new TokenSet([.. perClip.SelectMany(s => s)], broken.Length, error)
            : throw new AudioFormatException($"none of {clips.Count} files could be encoded; the first fault was: {error ?? "no variant of any is wanted"}", "data");
    }

    private IEnumerable<Shard> Shards(string split, IReadOnlyList<AudioClip> clips, bool augmented, int[] captioned)
    {
        int Variants(string group) => augmented ? settings.VariantsOf.GetValueOrDefault(group, settings.Variants) : 1;
        var groups = Enumerable.Range(0, clips.Count).GroupBy(i => ClipGroups.Of(clips[i], settings.VariantsOf)).ToArray();
        int mixtures = augmented && captioned.Length > 1 ? settings.Mixtures : 0;
        if (mixtures > 0 && codec.Config.Channels != 1)
        {
            throw new ConfigException("data.mixtures: sounds are mixed for codecs of one channel only.", "data.mixtures");
        }

        string all = mixtures > 0 ? string.Join('\n', captioned.Select(i => Identity(clips[i]))) : "";
        foreach (bool mixture in new[] { false, true })
        {
            int most = mixture ? mixtures : groups.Max(g => Variants(g.Key));
            for (int variant = 0; variant < most; variant++)
            {
                foreach (IGrouping<string, int> group in groups.Where(g => (mixture ? 0 : variant) < Variants(g.Key)))
                {
                    int number = 0;
                    foreach (int[] part in (mixture ? group.Intersect(captioned) : group).Chunk(FilesPerShard))
                    {
                        string name = $"{split}.{Slug(group.Key)}.{(mixture ? "mixed" : "v")}{variant:D3}.{number++:D3}.safetensors";
                        yield return new Shard(Slug(name), part, variant, mixture, Key(part.Select(i => Identity(clips[i])), variant, mixture ? all : null));
                    }
                }
            }
        }
    }

    /// <summary>Everything that a shard's tokens depend on, as one hash.</summary>
    private string Key(IEnumerable<string> files, int variant, string? mixedIn)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{KeyVersion} {_index} {variant} {settings.MinSeconds} {settings.Seed}\n");
        if (mixedIn is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{settings.MixtureSnrMinDb} {settings.MixtureSnrMaxDb}\n{mixedIn}\n");
        }
        else if (variant > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{_version}\n");
        }

        text.AppendJoin('\n', files);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The file that is mixed into another one: any other file with a caption.</summary>
    private AudioClip? Second(Shard shard, int clip, IReadOnlyList<AudioClip> clips, int[] captioned)
    {
        if (!shard.Mixture)
        {
            return null;
        }

        SplitMix random = Random(clips[clip], shard);
        random.State = ~random.State; // The levels of the mixture come from the sequence itself.
        int index = (int)random.NextInt64(captioned.Length - 1);
        return clips[captioned[index] == clip ? captioned[^1] : captioned[index]];
    }

    private SplitMix Random(AudioClip clip, Shard shard)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Identity(clip)));
        return SplitMix.For(settings.Seed, BitConverter.ToInt64(hash), shard.Variant + (shard.Mixture ? MixtureBase : 0));
    }

    /// <summary>A file by its name and size: the same wherever the data set lies.</summary>
    private static string Identity(AudioClip clip)
    {
        var file = new FileInfo(clip.Path);
        return string.Create(CultureInfo.InvariantCulture, $"{file.Name} {(file.Exists ? file.Length : -1)}");
    }

    private static string Slug(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' ? c : '-')).TrimStart('.');

    /// <summary>One file of the folder.</summary>
    private sealed record Shard(string Name, int[] Clips, int Variant, bool Mixture, string Key);
}
