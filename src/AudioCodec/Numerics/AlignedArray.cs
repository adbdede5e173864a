using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AudioCodec.Numerics;

/// <summary>Pinned floats, aligned to a cache line, to which kernels may hold pointers.</summary>
internal sealed unsafe class AlignedArray
{
    private const int AlignmentBytes = 64;
    private readonly float[] _storage;
    private readonly int _start;

    /// <summary>Allocates <paramref name="length"/> zeros, or floats of undefined value if <paramref name="zeroed"/> is false.</summary>
    public AlignedArray(int length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int padded = length + (AlignmentBytes / sizeof(float));
        _storage = zeroed ? GC.AllocateArray<float>(padded, pinned: true) : GC.AllocateUninitializedArray<float>(padded, pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_storage));
        _start = (int)((AlignmentBytes - (address % AlignmentBytes)) % AlignmentBytes / sizeof(float));
        Length = length;
    }

    /// <summary>No floats.</summary>
    public static AlignedArray Empty { get; } = new(0);

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
}
