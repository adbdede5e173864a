using AudioCodec.Bitstream;
using AudioCodec.Files;
using AudioCodec.Models;

namespace AudioCodec.Compression;

/// <summary>Puts the codes of a version-0 file into chunks, as version 1 has them: nothing is decoded or encoded, no code changes.</summary>
internal static class EcdcConversion
{
    private const int BlockFrames = 1024;

    /// <summary>A version-1 copy of a file, in a temporary file.</summary>
    /// <param name="file">The version-0 file.</param>
    /// <param name="model">The codec that it was made with, whose fingerprint version 1 states.</param>
    /// <param name="coder">Codes the chunks, where the file's codes are entropy-coded; <see langword="null"/> for bit packing.</param>
    /// <param name="threads">Threads that code chunks; several need a coder for several threads.</param>
    /// <exception cref="BitstreamException">The file is damaged, or its entropy-coded codes do not decode on this machine.</exception>
    /// <exception cref="IOException">The copy cannot be written.</exception>
    public static EcdcV1Reader ToVersion1(IEcdcContainer file, CodecModel model, IChunkCoder? coder, int threads)
    {
        Stream copy = TemporaryFile.Create();
        try
        {
            Write(file, model, coder, threads, copy);
            copy.Position = 0;
            var header = (EcdcV1Header)EcdcHeader.Read(copy); // It was just written.
            return EcdcV1Reader.Open(copy, header, new EcdcV1ReadOptions { CodecFingerprint = model.Fingerprint.ToBytes(), Coder = coder, Threads = threads });
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private static void Write(IEcdcContainer file, CodecModel model, IChunkCoder? coder, int threads, Stream output)
    {
        var settings = new EcdcV1Settings
        {
            Geometry = file.Geometry,
            Codebooks = file.Header.Codebooks,
            CodecFingerprint = model.Fingerprint.ToBytes(),
            DecoderFingerprint = model.DecoderFingerprint.ToBytes(),
            Coder = coder,
            Threads = threads,
            LengthSamples = file.LengthSamples,
        };
        using var writer = new EcdcV1Writer(output, settings, leaveOpen: true);
        using IEcdcReader reader = file.OpenStretch(0);
        var block = new ushort[BlockFrames * file.Header.Codebooks];
        while (reader.TryNextSegment(out EcdcSegment segment))
        {
            writer.BeginSegment(segment.ScaleBits);
            for (int frames = reader.ReadFrames(block); frames > 0; frames = reader.ReadFrames(block))
            {
                writer.WriteFrames(block.AsSpan(0, frames * file.Header.Codebooks));
            }
        }

        writer.Complete();
    }
}
