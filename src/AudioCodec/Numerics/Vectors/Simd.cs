using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Numerics.Vectors;

/// <summary>The tier of this process, chosen only here. It is a constant once compiled: branches on it cost nothing.</summary>
/// <remarks>
/// The widest tier that .NET calls accelerated. One product, 480 x 640 by 640 x 256 on one thread of an AMD Zen 5, took 0.62, 1.24, 3.4 and 12.4 ms
/// in the four:
/// <list type="bullet">
/// <item>512 bits: full-width units, and 32 registers, which hold a tile twice as high. On Intel processors that lower their clock for these
/// instructions (Skylake to Cascade Lake) .NET reports 256 bits instead. The product was 1.2 times as fast with 512 bits there too, but that is not forced
/// on them, as the rest of the program would run at the lower clock.</item>
/// <item>256 bits: AVX2 comes with fused multiply-add. AVX alone counts as 128 bits, as it has no integer operations.</item>
/// <item>128 bits: SSE on every x64 processor, NEON on every Arm64 one.</item>
/// <item>Scalar: no vectors at all (<c>DOTNET_EnableHWIntrinsic=0</c>).</item>
/// </list>
/// Each can be asked for with the runtime's switches: <c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c>,
/// <c>DOTNET_EnableHWIntrinsic=0</c>; the tests run the kernels under all of them.
/// </remarks>
internal static class Simd
{
    /// <summary>The tier in use.</summary>
    public static SimdTier Tier =>
        Vector512.IsHardwareAccelerated ? SimdTier.Vector512
        : Vector256.IsHardwareAccelerated ? SimdTier.Vector256
        : Vector128.IsHardwareAccelerated ? SimdTier.Vector128
        : SimdTier.Scalar;

    /// <summary>Floats per vector in the tier in use.</summary>
    /// <remarks>Kept, so that code which asks for it can be compiled ahead of time; what asks for the tier cannot.</remarks>
    public static int Lanes { get; } = Tier switch
    {
        SimdTier.Vector512 => Simd512.Lanes,
        SimdTier.Vector256 => Simd256.Lanes,
        SimdTier.Vector128 => Simd128.Lanes,
        _ => SimdScalar.Lanes,
    };

    /// <summary>Runs a kernel in the tier in use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TKernel>(TKernel kernel)
        where TKernel : struct, ISimdKernel
    {
        switch (Tier)
        {
            case SimdTier.Vector512: kernel.Run<Vector512<float>, Simd512>(); break;
            case SimdTier.Vector256: kernel.Run<Vector256<float>, Simd256>(); break;
            case SimdTier.Vector128: kernel.Run<Vector128<float>, Simd128>(); break;
            default: kernel.Run<float, SimdScalar>(); break;
        }
    }
}
