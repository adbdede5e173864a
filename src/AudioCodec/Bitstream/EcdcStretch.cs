namespace AudioCodec.Bitstream;

/// <summary>A part of a version-1 file that one decoder run gives: the whole file, unless files were joined.</summary>
/// <param name="FirstChunk">Its first chunk.</param>
/// <param name="ChunkCount">Its chunks.</param>
/// <param name="CodedSamples">Samples per channel that its frames decode to.</param>
/// <param name="SkipSamples">Of those, samples dropped at the start (they warm the decoder up).</param>
/// <param name="LengthSamples">Samples kept behind them.</param>
internal readonly record struct EcdcStretch(int FirstChunk, int ChunkCount, long CodedSamples, long SkipSamples, long LengthSamples);
