namespace AudioCodec.Training.Data;

/// <summary>The codes of one stretch that a language model sees from its first frame on.</summary>
/// <param name="Codes">[F, K], frame after frame.</param>
/// <param name="Kind">Kind of sound, empty where the manifest does not say.</param>
internal sealed record CodeSequence(ushort[] Codes, string Kind);
