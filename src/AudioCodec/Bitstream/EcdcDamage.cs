namespace AudioCodec.Bitstream;

/// <summary>A part of a version-1 file that could not be read.</summary>
/// <param name="Chunk">Number of the chunk, or -1 for another part (the index).</param>
/// <param name="Offset">Offset in the file.</param>
/// <param name="StartSample">First sample affected, at the model's rate, in the file's output.</param>
/// <param name="LengthSamples">Samples affected; 0 where none were lost.</param>
/// <param name="Reason">Description of the damage.</param>
public sealed record EcdcDamage(int Chunk, long Offset, long StartSample, long LengthSamples, string Reason);
