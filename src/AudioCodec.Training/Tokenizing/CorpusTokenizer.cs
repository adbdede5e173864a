using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Files;
using AudioCodec.Training.Data;

namespace AudioCodec.Training.Tokenizing;

/// <summary>Turns a corpus into shards of codes, alone or as one of several workers on any machines that share a folder.</summary>
/// <remarks>
/// A shard is a safetensors file with one tensor of codes [K, F] for each recording, named by its path below the corpus; models that scale their segments
/// add <c>PATH.scales</c>. <c>index.json</c> says which shard holds what, once all are there.
/// </remarks>
public static class CorpusTokenizer
{
    private const string IndexName = "index.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Works until every shard is done or in another worker's hands.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="options">What to encode, where to, and this worker's part.</param>
    /// <param name="cancellation">Stops; whole shards are kept, and the next run goes on from them.</param>
    /// <exception cref="ConfigException">There is no audio, or the output folder holds codes of something else.</exception>
    /// <exception cref="ArgumentException">The codec does not offer the bandwidth, or a number is out of range.</exception>
    /// <exception cref="IOException">The output folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TokenizeResult Run(Codec codec, TokenizeOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FilesPerShard, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Jobs, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Worker, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Worker, options.Workers, nameof(options));
        TokenizeCorpus corpus = TokenizeCorpus.Read(options.Corpus, options.Split);
        EncodecConfig config = codec.Engine.Config;
        var plan = new TokenizePlan(
            config.Name,
            codec.Model.Fingerprint.ToString(),
            config.SampleRateHz,
            config.Channels,
            config.HopSamples,
            config.SegmentSamples,
            config.RequireBandwidth(options.BandwidthKbps ?? codec.Info.DefaultBandwidthKbps),
            config.CodebookSize,
            options.SearchWidth ?? config.SearchWidth,
            options.FilesPerShard,
            [.. corpus.Clips.Select(entry => entry.File)]);
        var worker = new Worker(codec.Engine, corpus, plan, new ShardFolder(options.Output, plan.Claim(options.Output)), options);
        return worker.Run(cancellation);
    }

    private sealed class Worker
    {
        private readonly ICodecEngine _engine;
        private readonly TokenizeCorpus _corpus;
        private readonly TokenizePlan _plan;
        private readonly ShardFolder _folder;
        private readonly TokenizeOptions _options;
        private readonly FileEncoder _encoder;
        private readonly EncodingProgress _progress;
        private readonly int[] _todo;
        private readonly List<TokenizedFile> _files = [];
        private long _codes;
        private int _written;

        public Worker(ICodecEngine engine, TokenizeCorpus corpus, TokenizePlan plan, ShardFolder folder, TokenizeOptions options)
        {
            (_engine, _corpus, _plan, _folder, _options) = (engine, corpus, plan, folder, options);

            // Own shards first, then the others': from the end, where their owners come last.
            int[] open = [.. Enumerable.Range(0, plan.Shards).Where(shard => !folder.IsDone(shard))];
            int[] own = [.. open.Where(shard => shard % options.Workers == options.Worker)];
            _todo = [.. own, .. open.Except(own).Reverse()];
            _progress = new EncodingProgress([.. own.SelectMany(shard => ClipsOf(shard).Select(entry => entry.Clip))], "files", options.Report);
            _encoder = new FileEncoder(engine, plan.Codebooks, options, _progress.Add);
        }

        public TokenizeResult Run(CancellationToken cancellation)
        {
            long start = Stopwatch.GetTimestamp();
            using IEnumerator<Claim> claims = Claims(cancellation).GetEnumerator();
            Claim? next = Next(claims);
            try
            {
                while (next is { } claim)
                {
                    // The next shard is read while this one is on the device.
                    ReadFile[] read = claim.Reading.GetAwaiter().GetResult();
                    next = Next(claims);
                    using (claim.Held)
                    {
                        Write(claim.Shard, _encoder.Finish(read, cancellation));
                    }
                }
            }
            finally
            {
                next?.Held.Dispose();
            }

            if (_written > 0)
            {
                _progress.Finish(_codes);
            }

            int left = Enumerable.Range(0, _plan.Shards).Count(shard => !_folder.IsDone(shard));
            if (left == 0)
            {
                WriteIndex();
            }

            return new TokenizeResult(
                _files.Count(file => file.Error is null),
                [
                    .. _files.Where(file => file.Error is not null).Select(file => (file.Path, file.Error!)),
                    .. _corpus.Unreadable.Select(folder => (folder, "the folder cannot be read")),
                ],
                _files.Sum(file => (double)file.LengthSamples) / _plan.SampleRateHz,
                Stopwatch.GetElapsedTime(start).TotalSeconds,
                _written,
                left);
        }

        private static Claim? Next(IEnumerator<Claim> claims) => claims.MoveNext() ? claims.Current : null;

        private (PlannedFile File, Audio.AudioClip Clip)[] ClipsOf(int shard) => [.. _corpus.Clips.Skip(shard * _plan.FilesPerShard).Take(_plan.FilesPerShard)];

        private IEnumerable<Claim> Claims(CancellationToken cancellation)
        {
            // Once more whenever something was taken: a worker may have been killed meanwhile.
            bool took;
            do
            {
                took = false;
                foreach (int shard in _todo)
                {
                    if (_folder.TryTake(ShardFolder.NameOf(shard), () => _folder.IsDone(shard)) is { } held)
                    {
                        took = true;
                        yield return new Claim(shard, held, Task.Run(() => _encoder.Read(ClipsOf(shard), cancellation), cancellation));
                    }
                }
            }
            while (took);
        }

        private void Write(int shard, TokenizedFile[] files)
        {
            var writer = new SafetensorsWriter();
            Describe(writer.SetMetadata);
            writer.SetMetadata("files", JsonSerializer.Serialize(files, s_json));
            foreach (TokenizedFile file in files)
            {
                if (file.Codes is { } encoded)
                {
                    ushort[] codes = [.. encoded.Segments.SelectMany(segment => segment.Codes)];
                    int frames = (int)encoded.FrameCount;
                    writer.AddUInt16(file.Path, [_plan.Codebooks, frames], Transposed.Of(codes, frames, _plan.Codebooks));
                    if (_engine.Config.NormalizeSegments)
                    {
                        writer.Add(file.Path + ".scales", [encoded.Segments.Count], encoded.Segments.Select(segment => segment.Scale).ToArray());
                    }

                    _codes += codes.Length;
                }
            }

            _folder.Write(shard, writer);
            _written++;
            _files.AddRange(files.Select(file => file with { Codes = null }));
        }

        private void Describe(Action<string, string> set)
        {
            set("codec", _plan.Codec);
            set("fingerprint", _plan.Fingerprint);
            foreach ((string key, int value) in new[]
            {
                ("sample_rate_hz", _plan.SampleRateHz), ("channels", _plan.Channels), ("hop_samples", _plan.HopSamples), ("codebooks", _plan.Codebooks),
                ("codebook_size", _plan.CodebookSize), ("search_width", _plan.SearchWidth),
            })
            {
                set(key, value.ToString(CultureInfo.InvariantCulture));
            }
        }

        /// <summary>Writes which shard holds what, in the form that Hugging Face's sharded checkpoints have.</summary>
        private void WriteIndex()
        {
            string path = Path.Combine(_options.Output, IndexName);
            using FileStream? held = _folder.TryTake(IndexName, () => File.Exists(path));
            if (held is null)
            {
                return;
            }

            var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var files = new List<TokenizedFile>();
            for (int shard = 0; shard < _plan.Shards; shard++)
            {
                using SafetensorsFile file = SafetensorsFile.Open(_folder.PathOf(shard));
                files.AddRange(JsonSerializer.Deserialize<TokenizedFile[]>(file.Metadata["files"], s_json) ?? []);
                foreach (string name in file.Names)
                {
                    map.Add(name, ShardFolder.NameOf(shard));
                }
            }

            var metadata = new SortedDictionary<string, object>(StringComparer.Ordinal)
            {
                ["files"] = files.Count(file => file.Error is null),
                ["frames"] = files.Sum(file => file.Frames),
                ["seconds"] = Math.Round(files.Sum(file => (double)file.LengthSamples) / _plan.SampleRateHz, 3),
                ["failures"] = files.Where(file => file.Error is not null).ToDictionary(file => file.Path, file => file.Error),
            };
            Describe((key, value) => metadata.Add(key, long.TryParse(value, CultureInfo.InvariantCulture, out long number) ? number : value));
            AtomicFile.Write(path, JsonSerializer.Serialize(new Dictionary<string, object> { ["metadata"] = metadata, ["weight_map"] = map }, s_json) + "\n");
            held.Dispose();
            _folder.Clean();
        }

        /// <summary>A shard in this worker's hands.</summary>
        private sealed record Claim(int Shard, FileStream Held, Task<ReadFile[]> Reading);
    }
}
