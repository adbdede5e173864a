namespace AudioCodec.Numerics.Vectors;

/// <summary>Width of the vectors that kernels work with.</summary>
internal enum SimdTier
{
    /// <summary>One float at a time.</summary>
    Scalar,

    /// <summary>128-bit vectors: SSE or NEON.</summary>
    Vector128,

    /// <summary>256-bit vectors: AVX2 with fused multiply-add.</summary>
    Vector256,

    /// <summary>512-bit vectors: AVX-512.</summary>
    Vector512,
}
