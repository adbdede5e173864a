namespace AudioCodec.Training.Data;

/// <summary>The codes of a file, or of one segment of it: a language model restarts at its first frame.</summary>
/// <param name="Codes">[F, K], frame after frame.</param>
/// <param name="Kind">Kind of sound, empty where the manifest does not say.</param>
internal sealed record CodeSequence(ushort[] Codes, string Kind);
