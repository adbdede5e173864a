using System.CommandLine;
using AudioCodec.Bitstream;
using AudioCodec.Cli.Help;
using AudioCodec.Cli.Reports;

namespace AudioCodec.Cli.Commands;

/// <summary><c>audiocodec verify</c>: checks <c>.ecdc</c> files without decoding audio.</summary>
internal static class VerifyCommand
{
    private const string NoChecksum =
        "version 0 has no checksum: header, payload length and padding bits are as they must be, flipped bits in codes cannot be seen";

    /// <summary>Builds the command.</summary>
    public static Command Create() => InspectionCommand
        .Create("verify", "Check .ecdc files without decoding audio.", Verify, (session, result) => result.WriteLines(session, report => report.ToText()))
        .WithExamples(
            ("audiocodec verify speech.ecdc", "exit code 0 where the file is sound, 4 where it is damaged"),
            ("audiocodec verify archive/", "a folder; exit code 8 where some are damaged"));

    private static VerifyReport Verify(InspectedFile inspected)
    {
        using EcdcFile file = inspected.Open(concealDamage: true);
        EcdcVerification result = file.Verify(inspected.CancellationToken);
        if (result.Damage is [EcdcDamage first, ..])
        {
            throw new BitstreamException(
                result.HasChecksums
                    ? $"{Messages.Count(result.Damage.Count, "fault")} in {Messages.Count(result.Chunks, "chunk")}; the first: {first.Reason} 'decompress --conceal' gives what can be decoded."
                    : first.Reason,
                first.Offset,
                result.HasChecksums ? "chunk" : "payload");
        }

        string note = result.HasChecksums ? $"the checksums of header, tags, index and {Messages.Count(result.Chunks, "chunk")} hold" : NoChecksum;
        return new VerifyReport(inspected.Input, file.Info.FormatVersion, file.Info.Model, result.LengthSamples, result.Chunks, note);
    }
}
