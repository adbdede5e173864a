using System.Text.Json;

namespace AudioCodec.Evaluation.Reports;

/// <summary>Writes an evaluation as JSON.</summary>
/// <remarks>Numbers that are not defined (STOI of music, savings without an entropy model) are <c>null</c>.</remarks>
public static class EvaluationJson
{
    /// <summary>The document: <c>points</c>, <c>perplexities</c>, <c>files</c>, <c>notes</c>.</summary>
    public static string Write(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartArray("points");
            foreach (RatePoint point in result.Points)
            {
                Write(json, point);
            }

            json.WriteEndArray();
            json.WriteStartObject("perplexities");
            foreach ((string codec, double[] levels) in result.Perplexities)
            {
                Write(json, codec, levels);
            }

            json.WriteEndObject();
            json.WriteStartArray("files");
            foreach (ClipScores scores in result.Scores)
            {
                Write(json, scores);
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (string note in result.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, RatePoint point)
    {
        json.WriteStartObject();
        json.WriteString("kind", point.Kind);
        json.WriteString("codec", point.Codec);
        json.WriteNumber("rate_kbps", point.RateKbps);
        json.WriteNumber("files", point.Files);
        Write(json, "actual_kbps", point.ActualKbps);
        Write(json, "entropy_coded_kbps", point.EntropyCodedKbps);
        Write(json, "entropy_saving", point.EntropySaving);
        Write(json, "si_sdr_db", point.SiSdrDb);
        Write(json, "stoi", point.Stoi);
        Write(json, "estoi", point.Estoi);
        Write(json, "mel", point.Mel);
        Write(json, "mrstft", point.MultiResolutionStft);
        Write(json, "perplexities", point.Perplexities);
        json.WriteNumber("lag_samples_min", point.LagSamples.Min);
        json.WriteNumber("lag_samples_max", point.LagSamples.Max);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClipScores scores)
    {
        json.WriteStartObject();
        json.WriteString("path", scores.Clip.Path);
        json.WriteString("kind", scores.Clip.Kind);
        json.WriteString("codec", scores.Codec);
        json.WriteNumber("rate_kbps", scores.RateKbps);
        json.WriteNumber("duration_seconds", scores.DurationSeconds);
        json.WriteNumber("bytes", scores.FileBytes);
        Write(json, "entropy_coded_bytes", scores.EntropyCodedBytes ?? double.NaN);
        json.WriteNumber("lag_samples", scores.LagSamples);
        Write(json, "si_sdr_db", scores.SiSdrDb);
        Write(json, "stoi", scores.Stoi);
        Write(json, "estoi", scores.Estoi);
        Write(json, "mel", scores.Mel);
        Write(json, "mrstft", scores.MultiResolutionStft);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}
