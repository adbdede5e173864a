using System.Text.Json;
using System.Text.Json.Serialization;
using AudioCodec.Checkpoints;

namespace AudioCodec.Codecs.Configuration;

/// <summary>Fingerprints as text.</summary>
internal sealed class FingerprintConverter : JsonConverter<WeightsFingerprint>
{
    public override WeightsFingerprint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && WeightsFingerprint.TryParse(reader.GetString(), out WeightsFingerprint fingerprint) ? fingerprint : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, WeightsFingerprint value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
