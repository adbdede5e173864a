using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Which .NET type holds which element type.</summary>
internal static class ElementTypes
{
    public static ScalarType Of(Type type) =>
        type == typeof(float) ? ScalarType.Float32
        : type == typeof(long) ? ScalarType.Int64
        : type == typeof(double) ? ScalarType.Float64
        : type == typeof(int) ? ScalarType.Int32
        : type == typeof(byte) ? ScalarType.Byte
        : type == typeof(sbyte) ? ScalarType.Int8
        : type == typeof(short) ? ScalarType.Int16
        : type == typeof(bool) ? ScalarType.Bool
        : type == typeof(Half) ? ScalarType.Float16
        : type == typeof((float, float)) ? ScalarType.ComplexFloat32
        : type == typeof(System.Numerics.Complex) ? ScalarType.ComplexFloat64
        : throw new NotSupportedException($"{type} is no element type of tensors");

    public static void Require<T>(ScalarType actual)
    {
        ScalarType expected = Of(typeof(T));
        if (expected != actual)
        {
            throw new ArgumentException($"{typeof(T).Name} is not compatible with {actual}");
        }
    }

    public static T FromScalar<T>(Scalar value)
        where T : unmanaged
    {
        object boxed = Of(typeof(T)) switch
        {
            ScalarType.Float32 => value.ToSingle(),
            ScalarType.Float64 => value.ToDouble(),
            ScalarType.Int64 => value.ToInt64(),
            ScalarType.Int32 => value.ToInt32(),
            ScalarType.Int16 => value.ToInt16(),
            ScalarType.Byte => value.ToByte(),
            ScalarType.Int8 => value.ToSByte(),
            ScalarType.Bool => value.ToBoolean(),
            ScalarType.Float16 => value.ToHalf(),
            ScalarType.ComplexFloat32 => value.ToComplexFloat32(),
            _ => value.ToComplexFloat64(),
        };
        return (T)boxed;
    }
}
