namespace AudioCodec.Audio;

/// <summary>How one sample is stored.</summary>
public enum PcmEncoding
{
    /// <summary>Unsigned 8-bit integer, 128 is silence.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    S8,

    /// <summary>Signed 16-bit integer.</summary>
    S16,

    /// <summary>Signed 24-bit integer in three bytes.</summary>
    S24,

    /// <summary>Signed 32-bit integer.</summary>
    S32,

    /// <summary>IEEE 754 single precision, full scale is 1.</summary>
    F32,

    /// <summary>IEEE 754 double precision, full scale is 1.</summary>
    F64,
}
