using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs;

namespace AudioCodec.Cli.CodeFiles;

/// <summary>Codes as a numpy array [K, F]: written as uint16, read as any integer type.</summary>
/// <remarks>Source: numpy's description of the .npy format, versions 1 to 3.</remarks>
internal sealed partial class NpyCodes : ICodeFormat
{
    private const int MaxHeaderBytes = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <inheritdoc/>
    public void Write(Stream stream, CodeArray codes, string path)
    {
        if (codes.HasScale || codes.Segments.Count > 1)
        {
            throw new UsageException(
                $"'{path}': an .npy file holds one array, but this model has segments with scales; export to .safetensors instead.");
        }

        int frames = (int)codes.Frames;
        string text = $"{{'descr': '<u2', 'fortran_order': False, 'shape': ({codes.Codebooks}, {frames}), }}";

        // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
        int padded = ((10 + text.Length + 1 + 63) / 64 * 64) - 10;
        var header = new byte[10 + padded];
        Magic.CopyTo(header);
        header[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)padded);
        Encoding.ASCII.GetBytes(text.PadRight(padded - 1) + "\n", header.AsSpan(10));
        stream.Write(header);
        ushort[] frameMajor = codes.Segments.Count == 0 ? [] : codes.Segments[0].Codes;
        stream.Write(MemoryMarshal.AsBytes<ushort>(Transposed.Of(frameMajor, frames, codes.Codebooks)));
    }

    /// <inheritdoc/>
    public CodeArray Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        (string type, int codebooks, int frames) = ReadHeader(stream, path);
        int size = type[^1] - '0';
        long expected = (long)codebooks * frames * size;
        if (stream.Length - stream.Position != expected)
        {
            throw Unreadable(path, $"it has {stream.Length - stream.Position} bytes of data; [{codebooks}, {frames}] of '{type}' takes {expected}");
        }

        var bytes = new byte[expected];
        stream.ReadExactly(bytes);
        var codes = new ushort[codebooks * frames];
        for (int i = 0; i < codes.Length; i++)
        {
            long value = Value(bytes.AsSpan(i * size, size), type);
            codes[i] = value is >= 0 and <= ushort.MaxValue ? (ushort)value : throw Unreadable(path, $"element {i} is {value}, which is no code");
        }

        IReadOnlyList<EncodedSegment> segments = frames == 0 ? [] : [new EncodedSegment(1, Transposed.Of(codes, codebooks, frames))];
        return new CodeArray(null, null, codebooks, HasScale: false, segments);
    }

    private static (string Type, int Codebooks, int Frames) ReadHeader(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[12];
        int got = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (got < 10 || !start[..6].SequenceEqual(Magic) || start[6] is < 1 or > 3)
        {
            throw Unreadable(path, "it does not start like an .npy file of version 1, 2 or 3");
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        if (start[6] > 1)
        {
            stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false);
            length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(start[8..]), int.MaxValue);
        }

        if (length > MaxHeaderBytes)
        {
            throw Unreadable(path, $"its header claims {length} bytes; up to {MaxHeaderBytes} are accepted");
        }

        var text = new byte[length];
        stream.ReadAtLeast(text, length, throwOnEndOfStream: false);
        string header = Encoding.UTF8.GetString(text);
        Match type = DescriptionPattern().Match(header);
        Match shape = ShapePattern().Match(header);
        if (!type.Success || !shape.Success || !header.Contains("'fortran_order': False", StringComparison.Ordinal))
        {
            throw Unreadable(path, "an integer array [codebooks, frames] in row order is expected (np.save of a contiguous array)");
        }

        return int.TryParse(shape.Groups[1].Value, CultureInfo.InvariantCulture, out int codebooks)
            && int.TryParse(shape.Groups[2].Value, CultureInfo.InvariantCulture, out int frames)
            && codebooks > 0
            && (long)codebooks * frames <= Array.MaxLength / 8
            ? (type.Groups[1].Value, codebooks, frames)
            : throw Unreadable(path, $"its shape ({shape.Groups[1].Value}, {shape.Groups[2].Value}) is out of range");
    }

    private static long Value(ReadOnlySpan<byte> bytes, string type) => type[1..] switch
    {
        "u1" => bytes[0],
        "i1" => (sbyte)bytes[0],
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        "u4" => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
    };

    private static CheckpointException Unreadable(string path, string fault) => new($"{path}: {fault}; the file cannot be read as codes.", path);

    [GeneratedRegex(@"'descr': '([<|][ui][1248])'", RegexOptions.CultureInvariant)]
    private static partial Regex DescriptionPattern();

    [GeneratedRegex(@"'shape': \(([0-9]+), ([0-9]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex ShapePattern();
}
