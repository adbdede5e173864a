using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AudioCodec.Entropy;

/// <summary>A handful of floats on which one exactly rounded operation works at a time.</summary>
/// <remarks>
/// Every member is an IEEE 754 operation per element (or moves bits), so a kernel written over it gives the same bits at any
/// width. There is deliberately no fused multiply-add, no estimate and no transcendental function.
/// </remarks>
internal interface ILane<T>
    where T : struct, ILane<T>
{
    /// <summary>Floats per lane: 1, 4, 8 or 16.</summary>
    static abstract int Width { get; }

    static abstract T Load(ref float source, nint index);

    static abstract void Store(T value, ref float destination, nint index);

    static abstract T Broadcast(float value);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>The larger value of each pair; neither may be NaN.</summary>
    static abstract T Max(T left, T right);

    /// <summary>Adds the low bits of <paramref name="exponent"/>, shifted into the exponent field, to the bits of <paramref name="value"/>.</summary>
    static abstract T ShiftExponent(T value, T exponent);

    /// <summary>
    /// Two floats of each word: its lower half as a signed integer times 65536, and the whole word as a signed integer, rounded to the
    /// nearest (even) float.
    /// </summary>
    static abstract void LoadHalves(ref int source, nint index, out T low, out T high);

    /// <summary>Stores values cut to integers; each must fit.</summary>
    static abstract void StoreTruncated(T value, ref int destination, nint index);
}

/// <summary>One float: the definition of what the wider lanes compute.</summary>
internal readonly struct Lane1(float v) : ILane<Lane1>
{
    private readonly float _v = v;

    public static int Width => 1;

    public static Lane1 Load(ref float source, nint index) => new(Unsafe.Add(ref source, index));

    public static void Store(Lane1 value, ref float destination, nint index) => Unsafe.Add(ref destination, index) = value._v;

    public static Lane1 Broadcast(float value) => new(value);

    public static Lane1 operator +(Lane1 left, Lane1 right) => new(left._v + right._v);

    public static Lane1 operator -(Lane1 left, Lane1 right) => new(left._v - right._v);

    public static Lane1 operator *(Lane1 left, Lane1 right) => new(left._v * right._v);

    public static Lane1 operator /(Lane1 left, Lane1 right) => new(left._v / right._v);

    public static Lane1 Max(Lane1 left, Lane1 right) => new(left._v > right._v ? left._v : right._v);

    public static Lane1 ShiftExponent(Lane1 value, Lane1 exponent) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value._v) + (BitConverter.SingleToInt32Bits(exponent._v) << 23)));

    public static void LoadHalves(ref int source, nint index, out Lane1 low, out Lane1 high)
    {
        int word = Unsafe.Add(ref source, index);
        low = new(word << 16);
        high = new(word);
    }

    public static void StoreTruncated(Lane1 value, ref int destination, nint index) => Unsafe.Add(ref destination, index) = (int)value._v;
}

/// <summary>Four floats.</summary>
internal readonly struct Lane4(Vector128<float> v) : ILane<Lane4>
{
    private readonly Vector128<float> _v = v;

    public static int Width => 4;

    public static Lane4 Load(ref float source, nint index) => new(Vector128.LoadUnsafe(ref source, (nuint)index));

    public static void Store(Lane4 value, ref float destination, nint index) => value._v.StoreUnsafe(ref destination, (nuint)index);

    public static Lane4 Broadcast(float value) => new(Vector128.Create(value));

    public static Lane4 operator +(Lane4 left, Lane4 right) => new(left._v + right._v);

    public static Lane4 operator -(Lane4 left, Lane4 right) => new(left._v - right._v);

    public static Lane4 operator *(Lane4 left, Lane4 right) => new(left._v * right._v);

    public static Lane4 operator /(Lane4 left, Lane4 right) => new(left._v / right._v);

    public static Lane4 Max(Lane4 left, Lane4 right) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(left._v, right._v), left._v, right._v));

    public static Lane4 ShiftExponent(Lane4 value, Lane4 exponent) =>
        new((value._v.AsInt32() + Vector128.ShiftLeft(exponent._v.AsInt32(), 23)).AsSingle());

    public static void LoadHalves(ref int source, nint index, out Lane4 low, out Lane4 high)
    {
        Vector128<int> words = Vector128.LoadUnsafe(ref source, (nuint)index);
        low = new(Vector128.ConvertToSingle(Vector128.ShiftLeft(words, 16)));
        high = new(Vector128.ConvertToSingle(words));
    }

    public static void StoreTruncated(Lane4 value, ref int destination, nint index) =>
        Vector128.ConvertToInt32Native(value._v).StoreUnsafe(ref destination, (nuint)index);
}

/// <summary>Eight floats.</summary>
internal readonly struct Lane8(Vector256<float> v) : ILane<Lane8>
{
    private readonly Vector256<float> _v = v;

    public static int Width => 8;

    public static Lane8 Load(ref float source, nint index) => new(Vector256.LoadUnsafe(ref source, (nuint)index));

    public static void Store(Lane8 value, ref float destination, nint index) => value._v.StoreUnsafe(ref destination, (nuint)index);

    public static Lane8 Broadcast(float value) => new(Vector256.Create(value));

    public static Lane8 operator +(Lane8 left, Lane8 right) => new(left._v + right._v);

    public static Lane8 operator -(Lane8 left, Lane8 right) => new(left._v - right._v);

    public static Lane8 operator *(Lane8 left, Lane8 right) => new(left._v * right._v);

    public static Lane8 operator /(Lane8 left, Lane8 right) => new(left._v / right._v);

    public static Lane8 Max(Lane8 left, Lane8 right) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(left._v, right._v), left._v, right._v));

    public static Lane8 ShiftExponent(Lane8 value, Lane8 exponent) =>
        new((value._v.AsInt32() + Vector256.ShiftLeft(exponent._v.AsInt32(), 23)).AsSingle());

    public static void LoadHalves(ref int source, nint index, out Lane8 low, out Lane8 high)
    {
        Vector256<int> words = Vector256.LoadUnsafe(ref source, (nuint)index);
        low = new(Vector256.ConvertToSingle(Vector256.ShiftLeft(words, 16)));
        high = new(Vector256.ConvertToSingle(words));
    }

    public static void StoreTruncated(Lane8 value, ref int destination, nint index) =>
        Vector256.ConvertToInt32Native(value._v).StoreUnsafe(ref destination, (nuint)index);
}

/// <summary>Sixteen floats.</summary>
internal readonly struct Lane16(Vector512<float> v) : ILane<Lane16>
{
    private readonly Vector512<float> _v = v;

    public static int Width => 16;

    public static Lane16 Load(ref float source, nint index) => new(Vector512.LoadUnsafe(ref source, (nuint)index));

    public static void Store(Lane16 value, ref float destination, nint index) => value._v.StoreUnsafe(ref destination, (nuint)index);

    public static Lane16 Broadcast(float value) => new(Vector512.Create(value));

    public static Lane16 operator +(Lane16 left, Lane16 right) => new(left._v + right._v);

    public static Lane16 operator -(Lane16 left, Lane16 right) => new(left._v - right._v);

    public static Lane16 operator *(Lane16 left, Lane16 right) => new(left._v * right._v);

    public static Lane16 operator /(Lane16 left, Lane16 right) => new(left._v / right._v);

    public static Lane16 Max(Lane16 left, Lane16 right) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(left._v, right._v), left._v, right._v));

    public static Lane16 ShiftExponent(Lane16 value, Lane16 exponent) =>
        new((value._v.AsInt32() + Vector512.ShiftLeft(exponent._v.AsInt32(), 23)).AsSingle());

    public static void LoadHalves(ref int source, nint index, out Lane16 low, out Lane16 high)
    {
        Vector512<int> words = Vector512.LoadUnsafe(ref source, (nuint)index);
        low = new(Vector512.ConvertToSingle(Vector512.ShiftLeft(words, 16)));
        high = new(Vector512.ConvertToSingle(words));
    }

    public static void StoreTruncated(Lane16 value, ref int destination, nint index) =>
        Vector512.ConvertToInt32Native(value._v).StoreUnsafe(ref destination, (nuint)index);
}
