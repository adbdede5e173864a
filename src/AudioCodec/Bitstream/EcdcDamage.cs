namespace AudioCodec.Bitstream;

/// <summary>A part of a version-1 file that could not be read.</summary>
/// <param name="Chunk">The chunk, or -1 where it is not one (the index).</param>
/// <param name="Offset">Offset in the file.</param>
/// <param name="StartSample">First sample concerned, at the model's rate, in the file's output.</param>
/// <param name="LengthSamples">Samples concerned; 0 where none were lost.</param>
/// <param name="Reason">What was found.</param>
public sealed record EcdcDamage(int Chunk, long Offset, long StartSample, long LengthSamples, string Reason);
