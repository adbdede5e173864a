using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AudioCodec.Numerics;

/// <content>Asking for memory before it is used; elsewhere than on x86 left to the processor.</content>
internal static unsafe partial class FloatKernels<TVec, TSimd>
{
    // What is asked for into the first-level cache already is in the second.
    private const int NearBytes = 1024;
    private const int LineBytes = 64;

    /// <summary>Asks for one or two lines, from within a loop: into the second-level cache <paramref name="far"/> bytes on, and from there <see cref="NearBytes"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRow(byte* source, nint far, int bytes)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(source + far);
            Sse.Prefetch0(source + NearBytes);
            if (bytes > LineBytes)
            {
                Sse.Prefetch1(source + far + LineBytes);
                Sse.Prefetch0(source + NearBytes + LineBytes);
            }
        }
    }
}
