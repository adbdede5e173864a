using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AudioCodec.Checkpoints;

/// <summary>Identifies a model's weights: the first 16 bytes of a SHA-256 over them.</summary>
/// <remarks>
/// For each tensor in ordinal order of names are hashed: the name's UTF-8 length (u32 little-endian) and bytes, the number of
/// dimensions and each dimension (u32 little-endian), and the values as little-endian single precision. The result does not
/// depend on the file format.
/// </remarks>
public readonly struct WeightsFingerprint : IEquatable<WeightsFingerprint>
{
    /// <summary>Bytes of a fingerprint.</summary>
    public const int ByteCount = 16;

    // Not a UInt128: methods that touch one, even as a part of a part, are not compiled ahead of time.
    private readonly ulong _upper;
    private readonly ulong _lower;

    private WeightsFingerprint(ulong upper, ulong lower) => (_upper, _lower) = (upper, lower);

    /// <summary>The fingerprint of a state dict.</summary>
    public static WeightsFingerprint Of(StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        float[] values = ArrayPool<float>.Shared.Rent(weights.Tensors.Values.Select(tensor => tensor.Count).DefaultIfEmpty().Max());
        foreach (string name in weights.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            CheckpointTensor tensor = weights.Tensors[name];
            byte[] text = Encoding.UTF8.GetBytes(name);
            Append(hash, number, text.Length);
            hash.AppendData(text);
            Append(hash, number, tensor.Shape.Length);
            foreach (int dimension in tensor.Shape)
            {
                Append(hash, number, dimension);
            }

            Span<float> own = values.AsSpan(0, tensor.Count);
            tensor.CopyTo(own);
            AppendValues(hash, own);
        }

        ArrayPool<float>.Shared.Return(values);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return FromBytes(digest);
    }

    /// <summary>The fingerprint in the first 16 bytes of a span.</summary>
    public static WeightsFingerprint FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Parses the 32 hexadecimal digits of <see cref="ToString"/>.</summary>
    public static bool TryParse(string? text, out WeightsFingerprint fingerprint)
    {
        fingerprint = default;
        if (text?.Length != 2 * ByteCount || !TryParseHalf(text.AsSpan(0, ByteCount), out ulong upper) || !TryParseHalf(text.AsSpan(ByteCount), out ulong lower))
        {
            return false;
        }

        fingerprint = new WeightsFingerprint(upper, lower);
        return true;
    }

    /// <summary>The fingerprint's 16 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteCount];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), _lower);
        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_upper:x16}{_lower:x16}";

    /// <inheritdoc/>
    public bool Equals(WeightsFingerprint other) => _upper == other._upper && _lower == other._lower;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WeightsFingerprint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_upper, _lower);

    /// <summary>Whether two fingerprints are equal.</summary>
    public static bool operator ==(WeightsFingerprint left, WeightsFingerprint right) => left.Equals(right);

    /// <summary>Whether two fingerprints differ.</summary>
    public static bool operator !=(WeightsFingerprint left, WeightsFingerprint right) => !left.Equals(right);

    private static bool TryParseHalf(ReadOnlySpan<char> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static void Append(IncrementalHash hash, Span<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer, value);
        hash.AppendData(buffer);
    }

    private static void AppendValues(IncrementalHash hash, Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(values));
            return;
        }

        Span<byte> buffer = stackalloc byte[4];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(buffer, value);
            hash.AppendData(buffer);
        }
    }
}
