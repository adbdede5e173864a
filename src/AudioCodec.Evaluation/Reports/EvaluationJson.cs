using System.Text.Json;
using System.Text.Json.Serialization;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes an evaluation as JSON: everything but the excerpts.</summary>
/// <remarks>Numbers that are not defined (STOI of music, savings without an entropy model) are <c>null</c>.</remarks>
public static class EvaluationJson
{
    /// <summary>The document; names as in <see cref="EvaluationResult"/>, in snake case.</summary>
    public static string Write(EvaluationResult result) => JsonSerializer.Serialize(result, EvaluationJsonContext.Default.EvaluationResult);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(EvaluationResult))]
internal sealed partial class EvaluationJsonContext : JsonSerializerContext;

/// <summary>NaN and infinity, which JSON does not have, as <c>null</c>.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
