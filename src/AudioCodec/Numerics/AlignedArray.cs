using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Numerics;

/// <summary>Pinned floats, aligned to a cache line, to which kernels may hold pointers.</summary>
internal sealed unsafe class AlignedArray
{
    private const int AlignmentBytes = 64;
    private const int PaddingFloats = AlignmentBytes / sizeof(float);

    // 256 KB
    private const int LargeFloats = 64 << 10;
    private readonly float[] _storage;
    private readonly int _start;

    /// <summary>Allocates <paramref name="length"/> zeros, or floats of undefined value if <paramref name="zeroed"/> is false.</summary>
    public AlignedArray(int length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int padded = length + PaddingFloats;
        _storage = zeroed ? GC.AllocateArray<float>(padded, pinned: true) : GC.AllocateUninitializedArray<float>(padded, pinned: true);
        _start = Aligned(_storage, 0);
        Length = length;
    }

    private AlignedArray(float[] storage, int start, int length)
    {
        _storage = storage;
        _start = Aligned(storage, start);
        Length = length;
    }

    /// <summary>No floats.</summary>
    public static AlignedArray Empty { get; } = new(0);

    /// <summary>Allocates zeros for a matrix that is read again and again; see <see cref="WeightMemory"/>.</summary>
    public static AlignedArray ForWeights(int length)
    {
        if (length < LargeFloats)
        {
            return new AlignedArray(length);
        }

        float[] storage = WeightMemory.Take(checked(length + PaddingFloats), out int start);
        return new AlignedArray(storage, start, length);
    }

    /// <summary>Allocates a copy of <paramref name="values"/>.</summary>
    public static AlignedArray CopyOf(ReadOnlySpan<float> values)
    {
        AlignedArray copy = new(values.Length, zeroed: false);
        values.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>Number of floats.</summary>
    public int Length { get; }

    /// <summary>All of them.</summary>
    public Span<float> Span => _storage.AsSpan(_start, Length);

    /// <summary>Address of the first; valid while this object is reachable.</summary>
    public float* Pointer => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage)) + _start;

    /// <summary>The first place from <paramref name="start"/> on that is aligned.</summary>
    private static int Aligned(float[] storage, int start)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(storage)) + ((nuint)start * sizeof(float));
        return start + (int)((AlignmentBytes - (address % AlignmentBytes)) % AlignmentBytes / sizeof(float));
    }
}
