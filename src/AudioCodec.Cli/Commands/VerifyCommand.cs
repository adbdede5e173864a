using System.CommandLine;
using System.Text.Json.Nodes;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Batch;
using AudioCodec.Cli.Models;
using AudioCodec.Cli.Options;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec verify</c>: checks <c>.ecdc</c> files without decoding audio.</summary>
internal static class VerifyCommand
{
    private const string NoChecksum =
        "version 0 has no checksum: header, payload length and padding bits are as they must be, flipped bits in codes cannot be seen";

    /// <summary>Builds the command.</summary>
    public static Command Create() => InspectionCommand
        .Create("verify", "Check .ecdc files without decoding audio.", Verify, WriteText)
        .WithExamples(
            ("audiocodec verify speech.ecdc", "exit code 0 where the file is sound, 4 where it is damaged"),
            ("audiocodec verify archive/", "a folder; exit code 8 where some are damaged"));

    private static void WriteText(CliSession session, BatchResult result) =>
        BatchSummary.WriteText(session, result, report => $"{report["input"]}: sound ({report["note"]})");

    private static JsonObject Verify(InspectedStream stream) => stream.Version == 0
        ? VerifyVersion0(stream.Bytes, stream.Input, stream.Request, stream.CancellationToken)
        : VerifyVersion1(stream.Bytes, stream.Input);

    private static JsonObject VerifyVersion1(FileStream stream, string input)
    {
        EcdcVerification result = EcdcVerification.Run(stream);
        if (!result.IsSound)
        {
            EcdcDamage first = result.Damage[0];
            throw new BitstreamException(
                $"{result.Damage.Count} fault(s) in {result.Chunks} chunks; the first: {first.Reason} "
                + "'decompress --conceal' gives what can be decoded.",
                first.Offset,
                "chunk");
        }

        return new JsonObject
        {
            ["input"] = input,
            ["version"] = 1,
            ["chunks"] = result.Chunks,
            ["length_samples"] = result.LengthSamples,
            ["note"] = $"the checksums of header, tags, index and {result.Chunks} chunks hold",
        };
    }

    private static JsonObject VerifyVersion0(FileStream stream, string input, ModelRequest request, CancellationToken cancellationToken)
    {
        using EcdcV0Reader reader = EcdcV0Reader.Open(stream, name => StreamGeometry.Find(name, request), leaveOpen: true);
        var codes = new ushort[1024 * reader.Codebooks];
        long frames = 0;
        while (reader.TryNextSegment(out _))
        {
            for (int read = reader.ReadFrames(codes); read > 0; read = reader.ReadFrames(codes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                frames += read;
            }
        }

        long trailing = reader.CountTrailingBytes();
        if (trailing > 0)
        {
            throw new BitstreamException(
                $"{trailing} bytes follow the end that the header states; the file is damaged, or something was appended to it.",
                stream.Length - trailing,
                "payload");
        }

        return new JsonObject
        {
            ["input"] = input,
            ["version"] = 0,
            ["model"] = reader.Header.Model,
            ["frames"] = frames,
            ["note"] = NoChecksum,
        };
    }
}
