using System.Buffers.Binary;
using AudioCodec.Bitstream;

namespace AudioCodec.Entropy;

/// <summary>Reads version-0 <c>.ecdc</c> files that the reference coded with its language model, where that is possible.</summary>
/// <remarks>
/// Such a file decodes only where every float of the model equals that of the machine that wrote it; elsewhere the codes turn to
/// noise at some point, which only the end of the file reveals. So all codes are decoded first, and returned only if the
/// stream ends exactly where it must. Memory grows with the file (two bytes per code). Bits, tables and coder are the reference's:
/// fed with the probabilities that the reference had, to the last bit, its stream decodes symbol by symbol (a test does). With a
/// probability of 0.001 that differs by one part in 10^7, a table's ends move by some units of 2^-24, and a symbol or two later
/// another code is read.
/// </remarks>
internal static class EcdcV0CodedReader
{
    /// <summary>Decodes the codes of a file, from behind its header to its end.</summary>
    /// <param name="stream">The file, behind its header.</param>
    /// <param name="header">Its header.</param>
    /// <param name="geometry">The layout of the model that the header names.</param>
    /// <param name="model">That model's language model.</param>
    /// <exception cref="BitstreamException">The file is damaged, or its codes do not decode on this machine.</exception>
    public static IReadOnlyList<(EcdcSegment Segment, ushort[] Codes)> Read(
        Stream stream, EcdcV0Header header, EcdcGeometry geometry, EntropyModel model)
    {
        header.RequireFit(geometry);
        var bits = new BitReader(stream, header.ByteCount);
        var segments = new List<(EcdcSegment, ushort[])>();
        try
        {
            for (long i = 0; i < geometry.SegmentCount(header.LengthSamples); i++)
            {
                segments.Add(ReadSegment(bits, header, geometry, model, i));
            }
        }
        catch (BitstreamException exception)
        {
            throw Undecodable(exception.Offset, exception.Message, exception);
        }

        long rest = bits.CountRest();
        return rest == 0 ? segments : throw Undecodable(bits.Offset - rest, $"{rest} bytes are left over.", null);
    }

    private static (EcdcSegment Segment, ushort[] Codes) ReadSegment(
        BitReader bits, EcdcV0Header header, EcdcGeometry geometry, EntropyModel model, long index)
    {
        uint scaleBits = 0;
        if (geometry.HasScale)
        {
            Span<byte> scale = stackalloc byte[4];
            if (!bits.TryReadBytes(scale))
            {
                throw new BitstreamException($"The file ends before segment {index}.", bits.Offset, "scale");
            }

            scaleBits = BinaryPrimitives.ReadUInt32BigEndian(scale);
        }

        long length = geometry.SegmentLength(index, header.LengthSamples);
        long frames = geometry.FrameCount(length);
        int codebooks = header.Codebooks;
        var state = new EntropyState(model, 1, (int)Math.Min(frames, int.MaxValue - 1));
        var decoder = new ArithmeticDecoder(bits, zerosFollow: false);
        var codes = new List<ushort>();
        var frame = new ushort[codebooks];
        var table = new int[model.Config.CodebookSize];
        for (long f = 0; f < frames; f++)
        {
            state.Advance([0], frame, codebooks);
            for (int k = 0; k < codebooks; k++)
            {
                ReferenceFrequencyTable.Build(state.Logits(1, k)[..table.Length], table);
                frame[k] = (ushort)decoder.Decode(table);
            }

            codes.AddRange(frame);
        }

        // An encoder ends with the lower end of its interval; a wrong stream ends so once in a million times.
        if (!decoder.EndsLikeEncoder || !bits.AlignToByte())
        {
            throw new BitstreamException($"The codes of segment {index} do not end with the value that an encoder writes.", bits.Offset, "codes");
        }

        return (new EcdcSegment(index, geometry.SegmentStart(index), length, frames, scaleBits), [.. codes]);
    }

    private static BitstreamException Undecodable(long offset, string symptom, Exception? cause) => new(
        "This version-0 file was entropy-coded with a language model, and its codes do not decode to the end here: "
        + $"{symptom} Such files decode only on the kind of machine and with the library version that wrote them. "
        + "Decompress it there, and compress it again as version 1 or without the language model.",
        offset,
        "codes",
        cause);
}
