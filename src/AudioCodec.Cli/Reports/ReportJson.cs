using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AudioCodec.Cli.Session;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Models;

namespace AudioCodec.Cli.Reports;

/// <summary>Writes reports as JSON.</summary>
/// <remarks>Every key of a report is always there; what is not known, or not defined for a signal, is <c>null</c>.</remarks>
internal static class ReportJson
{
    // Without escapes for what only HTML would misread: paths and titles stay readable.
    private static readonly ReportJsonContext s_context = new(new JsonSerializerOptions(ReportJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes a report to standard output.</summary>
    public static void Write<TReport>(CliSession session, TReport report) =>
        session.Output.WriteLine(JsonSerializer.Serialize(report, typeof(TReport), s_context));

    /// <summary>A number for a report: JSON has no infinity and no NaN, which become <see langword="null"/>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">Digits kept behind the point.</param>
    public static double? Round(double value, int digits = 3) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}

/// <summary>The reports of all commands.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(SnakeCaseEnumConverter<CheckpointStatus>), typeof(SnakeCaseEnumConverter<ModelKind>)])]
[JsonSerializable(typeof(BatchReport<CompressReport>))]
[JsonSerializable(typeof(BatchReport<DecompressReport>))]
[JsonSerializable(typeof(BatchReport<InfoReport>))]
[JsonSerializable(typeof(BatchReport<VerifyReport>))]
[JsonSerializable(typeof(RoundTripReport))]
[JsonSerializable(typeof(IReadOnlyList<ModelReport>))]
[JsonSerializable(typeof(TorchReport))]
[JsonSerializable(typeof(GenerateReport))]
[JsonSerializable(typeof(TokenizeReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;

/// <summary>Writes the values of an enumeration as <c>entropy_model</c>.</summary>
internal sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower)
    where T : struct, Enum;
