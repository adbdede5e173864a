namespace AudioCodec.Bitstream;

/// <summary>A part of a version-1 file that is decoded with one decoder: the whole file, unless files were joined.</summary>
/// <param name="FirstChunk">Its first chunk.</param>
/// <param name="ChunkCount">Its chunks.</param>
/// <param name="CodedSamples">Samples per channel that its frames decode to.</param>
/// <param name="SkipSamples">Of those, samples dropped at the start (warm-up of the decoder).</param>
/// <param name="LengthSamples">Samples kept after them.</param>
internal readonly record struct EcdcStretch(int FirstChunk, int ChunkCount, long CodedSamples, long SkipSamples, long LengthSamples);
