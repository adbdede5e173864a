using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Numerics;

/// <summary>Memory of matrices: pieces of long arrays, for which Linux is asked to use pages of 2 MB.</summary>
/// <remarks>
/// Reading gigabytes step after step is a tenth faster in such pages, but they must be asked for before memory is touched, and a piece of one or two megabytes holds
/// hardly a whole one. An array lives as long as any of its pieces; what is left of the last takes no memory until it is used.
/// </remarks>
internal static unsafe partial class WeightMemory
{
    private const int ArrayFloats = 16 << 20;
    private const nuint PageBytes = 2 << 20;

    // MADV_HUGEPAGE
    private const int HugePages = 14;
    private static readonly Lock s_lock = new();
    private static readonly WeakReference<float[]> s_current = new([]);
    private static int s_used;

    /// <summary>Zeros in a pinned array that nobody else uses.</summary>
    /// <param name="length">Number of floats.</param>
    /// <param name="start">Place of the first in the array.</param>
    public static float[] Take(int length, out int start)
    {
        lock (s_lock)
        {
            if (!s_current.TryGetTarget(out float[]? array) || array.Length - s_used < length)
            {
                array = GC.AllocateUninitializedArray<float>(Math.Max(length, ArrayFloats), pinned: true);
                AskForHugePages(array);
                s_current.SetTarget(array);
                s_used = 0;
            }

            start = s_used;
            s_used += length;
            array.AsSpan(start, length).Clear();
            return array;
        }
    }

    /// <summary>No more than advice: where it is not taken, or there is no such call, pages are as they are.</summary>
    private static void AskForHugePages(float[] array)
    {
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        nuint first = (address + PageBytes - 1) / PageBytes * PageBytes;
        nuint end = (address + ((nuint)array.Length * sizeof(float))) / PageBytes * PageBytes;
        try
        {
            _ = OperatingSystem.IsLinux() ? Advise(first, end - first, HugePages) : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nuint address, nuint length, int advice);
}
