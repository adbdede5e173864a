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
    public static Command Create()
    {
        var batch = new BatchOptions(".ecdc files, folders of them, or - for standard input.");
        var model = new ModelOptions();
        var report = new ReportOptions();
        var command = new Command("verify", "Check .ecdc files without decoding audio.");
        batch.AddTo(command);
        model.AddTo(command, withHighQuality: false);
        report.AddTo(command);
        command.SetAction(async (parseResult, cancellationToken) =>
        {
            CliSession session = CliSession.Of(parseResult);
            ModelRequest request = model.Read(parseResult);
            IReadOnlyList<FileJob> jobs = JobPlan.CreateForReading(batch.Inputs(parseResult), DecompressCommand.IsStream);
            BatchResult result = await BatchRun.RunAsync(
                session, jobs, batch.Jobs(parseResult), (job, _, token) => Verify(session, job.Input, request, token), cancellationToken)
                .ConfigureAwait(false);
            BatchSummary.Write(session, result, report.IsJson(parseResult), one => $"{one["input"]}: sound ({one["note"]})");
            return result.ExitCode;
        });
        return command.WithExamples(
            ("audiocodec verify speech.ecdc", "exit code 0 where the file is sound, 4 where it is damaged"),
            ("audiocodec verify archive/", "a folder; exit code 8 where some are damaged"));
    }

    private static JsonObject Verify(CliSession session, string input, ModelRequest request, CancellationToken cancellationToken)
    {
        using var source = new EcdcInput(session, input);
        using FileStream stream = source.OpenBytes();
        byte version = EcdcMagic.ReadVersion(stream);
        stream.Position = 0;
        return version == 0 ? VerifyVersion0(stream, input, request, cancellationToken) : VerifyVersion1(stream, input);
    }

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
        using EcdcReader reader = EcdcReader.Open(stream, name => StreamGeometry.Find(name, request), leaveOpen: true);
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
