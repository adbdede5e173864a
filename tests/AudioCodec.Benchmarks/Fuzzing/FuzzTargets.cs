using System.Buffers.Binary;
using System.Text;
using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Checkpoints;
using AudioCodec.Classification;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Entropy;
using AudioCodec.Generation.Configuration;
using AudioCodec.TestSupport;
using AudioCodec.Text;

namespace AudioCodec.Fuzzing;

/// <summary>The library's parsers of untrusted bytes, with small valid files.</summary>
internal static class FuzzTargets
{
    private const int SampleRateHz = 8000;

    private static readonly EcdcGeometry s_geometry = new()
    {
        Model = "tiny",
        SampleRateHz = SampleRateHz,
        Channels = 1,
        FrameRateHz = 1000,
        HopSamples = 8,
        BitsPerCode = 5,
        Codebooks = 4,
    };

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("wav", Wav(PcmEncoding.S16), ReadAudio),
        new("wav float", Wav(PcmEncoding.F32), ReadAudio),
        new("flac", Fixture("audio/stereo32.flac"), ReadAudio),
        new("mp3", Fixture("audio/tone.mp3")[45..], ReadAudio),
        new("vorbis", Fixture("audio/tone.ogg"), ReadAudio),
        new("opus", Fixture("audio/tone.opus"), ReadAudio),
        new("aiff", Aiff(), ReadAudio),
        new("caf", Caf(), ReadAudio),
        new("wave64", Wave64(), ReadAudio),
        new("au", [.. ".snd"u8, 0, 0, 0, 24, 0, 0, 3, 32, 0, 0, 0, 3, 0, 0, 0x1F, 0x40, 0, 0, 0, 1, .. Samples()], ReadAudio),
        new("ecdc 0", Ecdc(0), ReadCodes),
        new("ecdc 1", Ecdc(1), ReadCodes),
        new("safetensors", SmallTensors(), ReadTensors),
        new("torch zip", Fixture("golden/generate_tiny.t5.pytorch_model.bin"), ReadTensors),
        new("torch zip without weights", Fixture("golden/pretrained_codec.compression_state_dict.bin"), bytes => TensorArchive.FindPretrained(ByteSource.FromMemory("fuzz", bytes))),
        new("torch legacy", Fixture("golden/encodec_tiny_causal.weights.legacy.th"), ReadTensors),
        new("yaml", Encoding.UTF8.GetBytes("channels: 1\nsample_rate: 24000\nseanet:\n  ratios: [8, 5, 4, 2]\n  norm: 'weight'\n  list:\n  - a\n  - {b: 1.5e3, c: ~}\n"), bytes => YamlSubset.Parse(Encoding.UTF8.GetString(bytes), "fuzz")),
        new("json codec", Config("audiocodec_24khz"), bytes => EncodecConfigJson.Parse(bytes, "fuzz")),
        new("json generator", Config("audiocodec_sounds_24khz"), bytes => GeneratorConfigJson.Parse(bytes, "fuzz")),
        new("json entropy model", Config("audiocodec_24khz_lm"), bytes => EntropyModelConfig.Parse(bytes, "fuzz")),
        new("json classifier", Config("audiocodec_judge_esc10"), bytes => ClassifierConfig.Parse(bytes, "fuzz")),
        new("json t5", Fixture("golden/generate_tiny.t5.config.json"), bytes => T5Config.Parse(bytes, "fuzz")),
    ];

    private static byte[] Fixture(string name) => File.ReadAllBytes(Fixtures.Path(name));

    private static byte[] Config(string model) => File.ReadAllBytes(Path.Combine(Fixtures.RepositoryRoot, "checkpoints", model, "config.json"));

    /// <summary>As files are opened, but that none goes to ffmpeg.</summary>
    private static void ReadAudio(byte[] file)
    {
        var signature = new byte[NativeReaders.SignatureBytes];
        file.AsSpan(0, Math.Min(file.Length, signature.Length)).CopyTo(signature);
        Stream stream = new MemoryStream(file);
        using AudioSource? source = NativeReaders.Open(signature, tagged: false, ref stream, "fuzz", leaveOpen: false);
        var block = new float[256 * (source?.Channels ?? 1)];
        for (int read = source?.Read(block) ?? 0; read > 0; read = source!.Read(block))
        {
            // Only what comes out in the end counts.
        }
    }

    private static void ReadCodes(byte[] file)
    {
        using var stream = new MemoryStream(file);
        EcdcHeader header = EcdcHeader.Read(stream);
        if (header is EcdcV0Header old)
        {
            using var reader = new EcdcV0Reader(stream, old, s_geometry);
            ReadAll(reader);
            return;
        }

        using EcdcV1Reader chunks = EcdcV1Reader.Open(stream, (EcdcV1Header)header, new EcdcV1ReadOptions { Damage = DamagePolicy.Conceal });
        for (int stretch = 0; stretch < chunks.Stretches.Count; stretch++)
        {
            ReadAll(chunks.OpenStretch(stretch));
        }
    }

    private static void ReadAll(IEcdcReader reader)
    {
        var codes = new ushort[64 * reader.Codebooks];
        while (reader.TryNextSegment(out _))
        {
            while (reader.ReadFrames(codes) > 0)
            {
                // Only what comes out in the end counts.
            }
        }
    }

    private static void ReadTensors(byte[] file) => TensorArchive.Read(ByteSource.FromMemory("fuzz", file));

    private static byte[] Samples() => [.. Enumerable.Range(0, 800).Select(i => (byte)(i * 37))];

    private static byte[] Wav(PcmEncoding encoding)
    {
        using var stream = new MemoryStream();
        using (var writer = new WavWriter(stream, SampleRateHz, 2, encoding, 400, leaveOpen: true))
        {
            writer.Write([.. Enumerable.Range(0, 800).Select(i => 0.5f * MathF.Sin(0.1f * i))]);
            writer.Complete();
        }

        return stream.ToArray();
    }

    private static byte[] Aiff() =>
    [
        .. "FORM"u8, 0, 0, 3, 98, .. "AIFC"u8, .. "COMM"u8, 0, 0, 0, 22, 0, 1, 0, 0, 1, 0x90, 0, 16, 0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0, .. "sowt"u8,
        .. "SSND"u8, 0, 0, 3, 40, 0, 0, 0, 0, 0, 0, 0, 0, .. Samples(),
    ];

    private static byte[] Caf()
    {
        var desc = new byte[32];
        BinaryPrimitives.WriteDoubleBigEndian(desc, SampleRateHz);
        "lpcm"u8.CopyTo(desc.AsSpan(8));
        desc[15] = 2;
        desc[19] = 2;
        desc[23] = 1;
        desc[27] = 1;
        desc[31] = 16;
        return [.. "caff"u8, 0, 1, 0, 0, .. "desc"u8, 0, 0, 0, 0, 0, 0, 0, 32, .. desc, .. "data"u8, 0, 0, 0, 0, 0, 0, 3, 36, 0, 0, 0, 0, .. Samples()];
    }

    private static byte[] Wave64()
    {
        byte[] end = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];
        byte[] format = [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0];
        return
        [
            .. "riff"u8, 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0, .. Size(904), .. "wave"u8, .. end,
            .. "fmt "u8, .. end, .. Size(40), .. format, .. "data"u8, .. end, .. Size(824), .. Samples(),
        ];

        static byte[] Size(long size) => BitConverter.GetBytes(size);
    }

    private static byte[] Ecdc(int version)
    {
        const int LengthSamples = 1600;
        const int Codebooks = 3;
        using var stream = new MemoryStream();
        using (IEcdcWriter writer = version == 0
            ? new EcdcV0Writer(stream, s_geometry, LengthSamples, Codebooks, leaveOpen: true)
            : new EcdcV1Writer(stream, new EcdcV1Settings
            {
                Geometry = s_geometry,
                Codebooks = Codebooks,
                CodecFingerprint = new byte[16],
                LengthSamples = LengthSamples,
                ChunkSeconds = 0.05,
                Tags = new EcdcTags().Set("title", "Tone"),
            }, leaveOpen: true))
        {
            writer.BeginSegment(0);
            writer.WriteFrames([.. Enumerable.Range(0, LengthSamples / 8 * Codebooks).Select(i => (ushort)(i * 7 % 32))]);
            writer.Complete();
        }

        return stream.ToArray();
    }

    private static byte[] SmallTensors()
    {
        const string Header = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F16","shape":[4],"data_offsets":[24,32]}}""";
        return [.. BitConverter.GetBytes((long)Header.Length), .. Encoding.ASCII.GetBytes(Header), .. new byte[32]];
    }
}
