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

    private readonly UInt128 _value;

    private WeightsFingerprint(UInt128 value) => _value = value;

    /// <summary>The fingerprint of a state dict.</summary>
    public static WeightsFingerprint Of(StateDict weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
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

            AppendValues(hash, tensor.Values);
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return FromBytes(digest);
    }

    /// <summary>The fingerprint in the first 16 bytes of a span.</summary>
    public static WeightsFingerprint FromBytes(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128BigEndian(bytes));

    /// <summary>Parses the 32 hexadecimal digits of <see cref="ToString"/>.</summary>
    public static bool TryParse(string? text, out WeightsFingerprint fingerprint)
    {
        bool valid = UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value) && text!.Length == 2 * ByteCount;
        fingerprint = valid ? new WeightsFingerprint(value) : default;
        return valid;
    }

    /// <summary>The fingerprint's 16 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteCount];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        return bytes;
    }

    /// <inheritdoc/>
    public override string ToString() => _value.ToString("x32");

    /// <inheritdoc/>
    public bool Equals(WeightsFingerprint other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WeightsFingerprint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value.GetHashCode();

    /// <summary>Whether two fingerprints are equal.</summary>
    public static bool operator ==(WeightsFingerprint left, WeightsFingerprint right) => left.Equals(right);

    /// <summary>Whether two fingerprints differ.</summary>
    public static bool operator !=(WeightsFingerprint left, WeightsFingerprint right) => !left.Equals(right);

    private static void Append(IncrementalHash hash, Span<byte> buffer, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer, value);
        hash.AppendData(buffer);
    }

    private static void AppendValues(IncrementalHash hash, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
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
