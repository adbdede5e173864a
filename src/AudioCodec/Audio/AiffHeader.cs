using System.Buffers.Binary;
using System.Text;

namespace AudioCodec.Audio;

/// <summary>Header of an AIFF or AIFF-C file with uncompressed samples. Source: Apple, Audio Interchange File Format (1989) and AIFF-C (1991).</summary>
internal static class AiffHeader
{
    /// <summary>Whether a file starts as AIFF does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) =>
        signature.StartsWith("FORM"u8) && (signature[8..12].SequenceEqual("AIFF"u8) || signature[8..12].SequenceEqual("AIFC"u8));

    /// <summary>Reads up to the first byte of the samples.</summary>
    /// <exception cref="AudioFormatException">The header is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">The samples are compressed.</exception>
    public static PcmLayout Read(Stream stream, string path)
    {
        var parser = new ContainerParser(stream, path, "AIFF");
        bool compressible = parser.Take(12, "the FORM header")[11] == 'C';
        (PcmLayout Layout, uint Samples)? format = null;
        for (int chunk = 0; chunk < ContainerParser.MaxChunks; chunk++)
        {
            ReadOnlySpan<byte> head = parser.Take(8, format is null ? "the 'COMM' chunk" : "the 'SSND' chunk");
            uint size = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            if (head.StartsWith("COMM"u8))
            {
                format = ReadFormat(parser, size, compressible);
            }
            else if (head.StartsWith("SSND"u8))
            {
                return format is var (layout, samples)
                    ? layout with { DataBytes = ReadSize(parser, size, samples * (long)layout.BlockBytes) }
                    : throw new UnsupportedAudioException("AIFF with its samples before their format");
            }
            else
            {
                parser.Skip(Padded(size));
            }
        }

        throw parser.Damaged($"no 'SSND' chunk within its first {parser.Position} bytes");
    }

    /// <summary>Chunks start at even offsets.</summary>
    private static long Padded(uint size) => (long)size + (size & 1);

    private static (PcmLayout Layout, uint Samples) ReadFormat(ContainerParser parser, uint size, bool compressible)
    {
        int needed = compressible ? 22 : 18;
        if (size < needed)
        {
            throw parser.Damaged($"its 'COMM' chunk has {size} bytes, at least {needed} are needed");
        }

        ReadOnlySpan<byte> body = parser.Take(needed, "the 'COMM' chunk");
        int channels = BinaryPrimitives.ReadInt16BigEndian(body);
        uint samples = BinaryPrimitives.ReadUInt32BigEndian(body[2..]);
        int bits = BinaryPrimitives.ReadInt16BigEndian(body[6..]);
        double sampleRateHz = ReadExtended(body[8..]);
        string kind = compressible ? Encoding.Latin1.GetString(body[18..22]) : "NONE";
        parser.Skip(Padded(size) - needed);
        parser.Require(channels, sampleRateHz);
        PcmEncoding? integers = bits switch
        {
            >= 1 and <= 8 => PcmEncoding.S8,
            > 8 and <= 16 => PcmEncoding.S16,
            > 16 and <= 24 => PcmEncoding.S24,
            > 24 and <= 32 => PcmEncoding.S32,
            _ => null,
        };

        // Sample sizes such as 12 bits are left-justified in whole bytes.
        PcmEncoding? encoding = kind switch
        {
            "NONE" or "twos" or "sowt" => integers ?? throw parser.Damaged($"it states samples of {bits} bits"),
            "in24" => PcmEncoding.S24,
            "in32" => PcmEncoding.S32,
            "fl32" or "FL32" => PcmEncoding.F32,
            "fl64" or "FL64" => PcmEncoding.F64,
            "raw " => PcmEncoding.U8,
            _ => null,
        };
        return encoding is PcmEncoding known
            ? (new PcmLayout(known, kind != "sowt", channels, (int)Math.Round(sampleRateHz), null), samples)
            : throw new UnsupportedAudioException($"AIFF samples of kind '{Messages.Plain(kind)}'");
    }

    /// <summary>A float of 80 bits: sign and exponent, then 64 bits of which the first counts 1.</summary>
    private static double ReadExtended(ReadOnlySpan<byte> field)
    {
        int exponent = BinaryPrimitives.ReadInt16BigEndian(field);
        return Math.ScaleB(BinaryPrimitives.ReadUInt64BigEndian(field[2..]), exponent - 16383 - 63);
    }

    /// <summary>Size of the samples: what both chunks have room for; <see langword="null"/> where a pipe's writer left both open.</summary>
    private static long? ReadSize(ContainerParser parser, uint size, long stated)
    {
        long offset = BinaryPrimitives.ReadUInt32BigEndian(parser.Take(8, "the 'SSND' chunk"));
        parser.Skip(offset);
        long inChunk = size - 8 - offset;
        bool open = size is 0 or uint.MaxValue;
        return open ? (stated == 0 ? null : stated)
            : inChunk < 0 ? throw parser.Damaged($"its 'SSND' chunk has {size} bytes, and samples from byte {8 + offset} of it on")
            : Math.Min(inChunk, stated);
    }
}
