using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AudioCodec.Numerics;

/// <content>Asking for memory before it is used; elsewhere than on x86 left to the processor.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    // Keys and values of a head come in runs of some tens of kilobytes.
    private const int PrefetchBytes = 8192;
    private const int LineBytes = 64;

    /// <summary>Asks for a run of memory at once.</summary>
    private static void Prefetch(float* source, int floats)
    {
        for (int i = 0; Sse.IsSupported && i < floats; i += LineBytes / sizeof(float))
        {
            Sse.Prefetch0(source + i);
        }
    }

    /// <summary>Asks for one or two lines, from within a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRow(byte* source, int bytes)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(source);
            if (bytes > LineBytes)
            {
                Sse.Prefetch0(source + LineBytes);
            }
        }
    }

    /// <summary>As <see cref="PrefetchRow(byte*, int)"/>, into the second-level cache <paramref name="far"/> bytes on, and from there <paramref name="near"/> bytes on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRow(byte* source, int far, int near, int bytes)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(source + far);
            Sse.Prefetch0(source + near);
            if (bytes > LineBytes)
            {
                Sse.Prefetch1(source + far + LineBytes);
                Sse.Prefetch0(source + near + LineBytes);
            }
        }
    }
}
