using System.Numerics;

namespace AudioCodec.Numerics;

/// <summary>Scratch arrays that the layers of one stream share. Not thread-safe.</summary>
/// <remarks>A stream asks for the same sizes again and again, so after its first chunks nothing new is allocated.</remarks>
internal sealed class BufferPool
{
    private const int SmallestLength = 1024;
    private readonly List<AlignedArray> _free = [];

    /// <summary>Rents an array of at least <paramref name="length"/> floats with undefined content.</summary>
    public AlignedArray Rent(int length)
    {
        int best = -1;
        for (int i = 0; i < _free.Count; i++)
        {
            // A much larger array is left for the requests that need its size.
            int offered = _free[i].Length;
            if (offered >= length && offered / 2 <= Math.Max(length, SmallestLength) && (best < 0 || offered < _free[best].Length))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return new AlignedArray(Rounded(length), zeroed: false);
        }

        AlignedArray rented = _free[best];
        _free[best] = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        return rented;
    }

    /// <summary>Returns an array that is no longer used.</summary>
    public void Return(AlignedArray array)
    {
        if (array.Length > 0)
        {
            _free.Add(array);
        }
    }

    /// <summary>Rounds up to the next quarter of a power of two, so that similar sizes share arrays.</summary>
    private static int Rounded(int length)
    {
        int quarter = 1 << Math.Max(0, BitOperations.Log2((uint)Math.Max(length, SmallestLength)) - 2);
        return (int)Math.Min(Array.MaxLength - 64L, (Math.Max(length, SmallestLength) + quarter - 1L) / quarter * quarter);
    }
}
