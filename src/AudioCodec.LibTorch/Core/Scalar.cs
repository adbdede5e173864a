using System.Numerics;

namespace TorchSharp;

/// <summary>A number that operators take beside tensors.</summary>
public sealed class Scalar : IDisposable
{
    internal Scalar(ScalarValue value, torch.ScalarType type)
    {
        Value = value;
        Type = type;
    }

    internal ScalarValue Value { get; }

    public torch.ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => Integer(value, torch.ScalarType.Byte);

    public static implicit operator Scalar(sbyte value) => Integer(value, torch.ScalarType.Int8);

    public static implicit operator Scalar(short value) => Integer(value, torch.ScalarType.Int16);

    public static implicit operator Scalar(int value) => Integer(value, torch.ScalarType.Int32);

    public static implicit operator Scalar(long value) => Integer(value, torch.ScalarType.Int64);

    public static implicit operator Scalar(Half value) => Real((double)value, torch.ScalarType.Float16);

    public static implicit operator Scalar(float value) => Real(value, torch.ScalarType.Float32);

    public static implicit operator Scalar(double value) => Real(value, torch.ScalarType.Float64);

    public static implicit operator Scalar(bool value) => new(new ScalarValue { Integer = value ? 1 : 0, Kind = 3 }, torch.ScalarType.Bool);

    public static implicit operator Scalar((float, float) value) =>
        new(new ScalarValue { Value = value.Item1, Imaginary = value.Item2, Kind = 4 }, torch.ScalarType.ComplexFloat32);

    public static implicit operator Scalar(Complex value) =>
        new(new ScalarValue { Value = value.Real, Imaginary = value.Imaginary, Kind = 4 }, torch.ScalarType.ComplexFloat64);

    /// <summary>Does nothing: a scalar holds no native memory here.</summary>
    public void Dispose()
    {
    }

    internal double AsDouble() => Value.Kind is 2 or 4 ? Value.Value : Value.Integer;

    internal long AsLong() => Value.Kind is 2 or 4 ? checked((long)Value.Value) : Value.Integer;

    private static Scalar Integer(long value, torch.ScalarType type) => new(new ScalarValue { Integer = value, Kind = 1 }, type);

    private static Scalar Real(double value, torch.ScalarType type) => new(new ScalarValue { Value = value, Kind = 2 }, type);
}
