using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics;

/// <summary>Which instruction set the kernels use on this machine; fixed for the life of the process.</summary>
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

/// <summary>The tier in use. Constants once compiled: branches on them cost nothing.</summary>
internal static class Simd
{
    public static bool Has512 => Vector512.IsHardwareAccelerated;

    public static bool Has256 => Vector256.IsHardwareAccelerated;

    public static bool Has128 => Vector128.IsHardwareAccelerated;

    /// <summary>The tier in use.</summary>
    public static SimdTier Tier =>
        Has512 ? SimdTier.Vector512 : Has256 ? SimdTier.Vector256 : Has128 ? SimdTier.Vector128 : SimdTier.Scalar;

    /// <summary>Floats per vector in the tier in use.</summary>
    public static int Lanes => Has512 ? 16 : Has256 ? 8 : Has128 ? 4 : 1;
}
