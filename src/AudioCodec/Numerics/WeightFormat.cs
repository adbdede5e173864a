namespace AudioCodec.Numerics;

/// <summary>How the weights of a network's large matrices are kept in memory. Products are computed in single precision, but for those with integers.</summary>
public enum WeightFormat
{
    /// <summary>Single precision, 4 bytes.</summary>
    F32,

    /// <summary>IEEE half precision, 2 bytes; each output's weights times a power of two, so that what a half-precision checkpoint holds is kept exactly.</summary>
    F16,

    /// <summary>The upper half of single precision, 2 bytes.</summary>
    BF16,

    /// <summary>Integers from -127 to 127, 1 byte, times a factor for each output. Inputs are rounded to 15 bits of the largest of 512 for the product.</summary>
    I8,
}
