using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AudioCodec.Checkpoints;

/// <summary>Sizes of element types, and their conversion to single precision and 32-bit integers.</summary>
internal static class ElementLayout
{
    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(TensorType type) => type switch
    {
        TensorType.F64 or TensorType.I64 or TensorType.U64 => 8,
        TensorType.F32 or TensorType.I32 or TensorType.U32 => 4,
        TensorType.F16 or TensorType.BF16 or TensorType.I16 or TensorType.U16 => 2,
        _ => 1,
    };

    /// <summary>
    /// Multiplies the dimensions; false where one is negative or the product is more than an array can hold, so that no
    /// later size computation can overflow.
    /// </summary>
    public static bool TryCount(ReadOnlySpan<long> shape, out int count)
    {
        long product = 1;
        count = 0;
        foreach (long dimension in shape)
        {
            // Both factors are below 2^31 here, so their product fits.
            if (dimension < 0 || dimension > Array.MaxLength)
            {
                return false;
            }

            product *= dimension;
            if (product > Array.MaxLength)
            {
                return false;
            }
        }

        count = (int)product;
        return true;
    }

    /// <summary>Reverses the bytes of every element, turning big-endian data into little-endian data in place.</summary>
    public static void ReverseElements(TensorType type, Span<byte> bytes)
    {
        switch (SizeOf(type))
        {
            case 8:
                Span<long> longs = MemoryMarshal.Cast<byte, long>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
            case 4:
                Span<int> ints = MemoryMarshal.Cast<byte, int>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 2:
                Span<short> shorts = MemoryMarshal.Cast<byte, short>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
        }
    }

    /// <summary>Converts little-endian elements to single precision; wider types are rounded.</summary>
    public static void ToFloat32(TensorType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        int size = SizeOf(type);
        if (BitConverter.IsLittleEndian && type == TensorType.F16)
        {
            HalfPrecision.ToSingle(MemoryMarshal.Cast<byte, Half>(bytes)[..values.Length], values);
            return;
        }

        if (BitConverter.IsLittleEndian && type == TensorType.F32)
        {
            MemoryMarshal.Cast<byte, float>(bytes)[..values.Length].CopyTo(values);
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(i * size, size);
            values[i] = type switch
            {
                TensorType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
                TensorType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
                TensorType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
                TensorType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
                _ => ReadInteger(type, element),
            };
        }
    }

    /// <summary>Converts little-endian integers exactly; false where one does not fit, with its index.</summary>
    public static bool TryToInt32(TensorType type, ReadOnlySpan<byte> bytes, Span<int> values, out int misfit)
    {
        int size = SizeOf(type);
        for (misfit = 0; misfit < values.Length; misfit++)
        {
            ReadOnlySpan<byte> element = bytes.Slice(misfit * size, size);

            // An unsigned 64-bit value from 2^63 on reads as negative; it is out of range either way.
            long value = type == TensorType.U64 && element[7] >= 0x80 ? long.MaxValue : ReadInteger(type, element);
            if (value is < int.MinValue or > int.MaxValue)
            {
                return false;
            }

            values[misfit] = (int)value;
        }

        return true;
    }

    /// <summary>Whether elements of the type are integers or truth values.</summary>
    public static bool IsInteger(TensorType type) => type >= TensorType.I64;

    private static long ReadInteger(TensorType type, ReadOnlySpan<byte> element) => type switch
    {
        TensorType.I64 or TensorType.U64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        TensorType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        TensorType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        TensorType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        TensorType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        TensorType.I8 => (sbyte)element[0],
        TensorType.Boolean => element[0] != 0 ? 1 : 0,
        _ => element[0],
    };
}
