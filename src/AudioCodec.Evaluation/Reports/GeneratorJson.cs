using System.Text.Json;
using System.Text.Json.Serialization;
using AudioCodec.Evaluation.Generation;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes an evaluation of a generator as JSON.</summary>
/// <remarks>Numbers that are not defined are <c>null</c>.</remarks>
public static class GeneratorJson
{
    /// <summary>The document; names as in <see cref="GeneratorEvaluationResult"/>, in snake case.</summary>
    public static string Write(GeneratorEvaluationResult result) => JsonSerializer.Serialize(result, GeneratorJsonContext.Default.GeneratorEvaluationResult);
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(FiniteNumberConverter)])]
[JsonSerializable(typeof(GeneratorEvaluationResult))]
internal sealed partial class GeneratorJsonContext : JsonSerializerContext;
