namespace AudioCodec.Bitstream;

/// <summary>Position and size of a chunk of a version-1 file.</summary>
/// <param name="Offset">Offset of its record in the file.</param>
/// <param name="RecordBytes">Bytes of the record.</param>
/// <param name="Frames">Its frames.</param>
public readonly record struct EcdcChunkInfo(long Offset, long RecordBytes, int Frames);
