using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AudioCodec.Numerics;

/// <summary>Asking for memory before it is used; elsewhere than on x86 left to the processor.</summary>
internal static unsafe class Prefetch
{
    // What is asked for into the first-level cache already is in the second.
    private const int NearBytes = 1024;
    private const int LineBytes = 64;

    /// <summary>Asks for a run of memory into the second-level cache.</summary>
    public static void Run(float* source, int bytes)
    {
        for (int i = 0; Sse.IsSupported && i < bytes; i += LineBytes)
        {
            Sse.Prefetch1((byte*)source + i);
        }
    }

    /// <summary>Asks for one or two lines, from within a loop: into the second-level cache <paramref name="far"/> bytes on, and from there <see cref="NearBytes"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(byte* source, nint far, int bytes)
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
