using AudioCodec.Bitstream;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Loading;
using AudioCodec.Entropy;
using AudioCodec.Models;
using AudioCodec.TestSupport;

namespace AudioCodec.Benchmarks;

/// <summary>Chunks that a full-size entropy model with formula weights finds likely, so that none falls back to bit packing.</summary>
internal sealed class LanguageModelWorkload
{
    private readonly ushort[][] _codes;

    /// <param name="config">The codec.</param>
    /// <param name="model">Its entropy model.</param>
    /// <param name="chunks">Chunks.</param>
    /// <param name="seconds">Length of each.</param>
    public LanguageModelWorkload(EncodecConfig config, EntropyModel model, int chunks, double seconds)
    {
        Config = config;
        Model = model;
        Codebooks = config.CodebooksFor(6);
        int frames = (int)(seconds * config.FrameRateHz);
        int run = config.SegmentSamples is null ? frames : config.FrameRateHz;
        Runs = [.. Enumerable.Repeat(run, frames / run)];
        _codes = Draw(chunks, frames);
        Coded = [.. _codes.Select(Encode)];
    }

    public EncodecConfig Config { get; }

    public EntropyModel Model { get; }

    public int Codebooks { get; }

    public int[] Runs { get; }

    /// <summary>The coded chunks.</summary>
    public ReadOnlyMemory<byte>[] Coded { get; }

    public double Seconds => (double)_codes.Length * Runs.Sum() / Config.FrameRateHz;

    public static LanguageModelWorkload Encodec24Khz(int chunks) => Official(EncodecConfig.Encodec24Khz, FormulaWeights.EntropyLm24Khz(), chunks);

    public static LanguageModelWorkload Encodec48Khz(int chunks) => Official(EncodecConfig.Encodec48Khz, FormulaWeights.EntropyLm48Khz(), chunks);

    /// <summary>With the entropy model of a codec that comes with the program.</summary>
    public static LanguageModelWorkload Bundled(string name, int chunks)
    {
        using CheckpointFile codec = CheckpointFile.Open(BundledModels.Find(name)!, null); // It comes with the program.
        EncodecConfig config = codec.Contents.Config;
        return new(config, EntropyModelFinder.Load(BundledModels.Find(name + "_lm")!, config, () => CodecFingerprint.OfCodes(config, codec.Contents.Weights)), chunks, 2);
    }

    /// <summary>Encodes all chunks.</summary>
    public int EncodeAll(EntropyChunkCoder coder)
    {
        int bytes = 0;
        foreach (ushort[] codes in _codes)
        {
            bytes += coder.TryEncode(codes, Codebooks, Runs, new long[Codebooks], out ReadOnlySpan<byte> coded) ? coded.Length : 0;
        }

        return bytes;
    }

    /// <summary>Decodes all chunks, as many at a time as the coder takes.</summary>
    public void DecodeAll(EntropyChunkCoder coder)
    {
        CodedChunk[] chunks = [.. Coded.Select(bytes => new CodedChunk(bytes, Runs, new ushort[Runs.Sum() * Codebooks]))];
        for (int i = 0; i < chunks.Length; i += coder.ParallelChunks)
        {
            coder.Decode(chunks.AsSpan(i, Math.Min(coder.ParallelChunks, chunks.Length - i)), Codebooks);
        }
    }

    /// <summary>A version-1 file of default chunks, the workload's codes repeated.</summary>
    /// <param name="chunks">Chunks of two seconds.</param>
    /// <param name="withModel">Whether it is entropy-coded.</param>
    public byte[] WriteFile(int chunks, bool withModel)
    {
        EcdcGeometry geometry = Config.ToEcdcGeometry();
        int frames = chunks * Runs.Sum();
        long samples = (long)frames / Config.FrameRateHz * (geometry.SegmentStrideSamples ?? Config.SampleRateHz);
        long segment = 0;
        using var stream = new MemoryStream();
        var settings = new EcdcV1Settings
        {
            Geometry = geometry,
            Codebooks = Codebooks,
            CodecFingerprint = new byte[EcdcV1Header.FingerprintBytes],
            Coder = withModel ? new EntropyChunkCoder(Model) : null,
            LengthSamples = samples,
        };
        using var writer = new EcdcV1Writer(stream, settings, leaveOpen: true);
        for (int chunk = 0; chunk < chunks; chunk++)
        {
            ReadOnlySpan<ushort> codes = _codes[chunk % _codes.Length];
            foreach (int run in Runs)
            {
                if (geometry.SegmentSamples is not null || chunk == 0)
                {
                    writer.BeginSegment(1f);
                }

                long wanted = Math.Min(run, geometry.FrameCount(geometry.SegmentLength(segment++, samples)));
                writer.WriteFrames(codes[..(int)(wanted * Codebooks)]);
                codes = codes[(run * Codebooks)..];
            }
        }

        writer.Complete();
        return stream.ToArray();
    }

    /// <summary>Decoding random bytes draws codes from the model.</summary>
    private ushort[][] Draw(int chunks, int frames)
    {
        var random = new Random(1);
        var coder = new EntropyChunkCoder(Model);
        var drawn = new CodedChunk[chunks];
        for (int i = 0; i < chunks; i++)
        {
            var bytes = new byte[frames * Codebooks * 2];
            random.NextBytes(bytes);
            drawn[i] = new CodedChunk(bytes, Runs, new ushort[frames * Codebooks]);
        }

        for (int i = 0; i < chunks; i += coder.ParallelChunks)
        {
            coder.Decode(drawn.AsSpan(i, Math.Min(coder.ParallelChunks, chunks - i)), Codebooks);
        }

        return [.. drawn.Select(d => d.Codes)];
    }

    private static LanguageModelWorkload Official(EncodecConfig config, StateDict weights, int chunks) =>
        new(config, EntropyModel.Load(EntropyModelConfig.For(config), weights), chunks, 2);

    private ReadOnlyMemory<byte> Encode(ushort[] codes)
    {
        var coder = new EntropyChunkCoder(Model);
        return coder.TryEncode(codes, Codebooks, Runs, new long[Codebooks], out ReadOnlySpan<byte> coded)
            ? coded.ToArray()
            : throw new InvalidOperationException("The chunk cannot be coded.");
    }
}
