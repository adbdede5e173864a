namespace AudioCodec.Checkpoints;

/// <summary>Element type of a stored tensor. Multi-byte elements are little-endian unless the file says otherwise.</summary>
public enum TensorType
{
    /// <summary>IEEE double precision, 8 bytes.</summary>
    F64,

    /// <summary>IEEE single precision, 4 bytes.</summary>
    F32,

    /// <summary>IEEE half precision, 2 bytes.</summary>
    F16,

    /// <summary>The upper half of a single-precision float, 2 bytes.</summary>
    BF16,

    /// <summary>Signed, 8 bytes.</summary>
    I64,

    /// <summary>Signed, 4 bytes.</summary>
    I32,

    /// <summary>Signed, 2 bytes.</summary>
    I16,

    /// <summary>Signed, 1 byte.</summary>
    I8,

    /// <summary>Unsigned, 8 bytes.</summary>
    U64,

    /// <summary>Unsigned, 4 bytes.</summary>
    U32,

    /// <summary>Unsigned, 2 bytes.</summary>
    U16,

    /// <summary>Unsigned, 1 byte.</summary>
    U8,

    /// <summary>Zero or one, 1 byte.</summary>
    Boolean,
}
