namespace AudioCodec.Bitstream;

/// <summary>One segment of a file: the whole file for models without segments.</summary>
/// <param name="Index">Number of the segment, from 0.</param>
/// <param name="StartSample">Its first sample, at the model's rate.</param>
/// <param name="LengthSamples">Its length in samples.</param>
/// <param name="Frames">Its frames.</param>
/// <param name="ScaleBits">Bits of the single-precision scale, or 0 where the model has none.</param>
internal readonly record struct EcdcSegment(long Index, long StartSample, long LengthSamples, long Frames, uint ScaleBits);
