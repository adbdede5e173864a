using System.Buffers.Binary;

namespace AudioCodec.Audio;

/// <summary>Little-endian sample bytes to floats and back.</summary>
internal static class PcmSamples
{
    public static int BytesPerSample(PcmEncoding encoding) => encoding switch
    {
        PcmEncoding.U8 or PcmEncoding.S8 => 1,
        PcmEncoding.S16 => 2,
        PcmEncoding.S24 => 3,
        PcmEncoding.S32 or PcmEncoding.F32 => 4,
        PcmEncoding.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "No such sample encoding."),
    };

    /// <summary>Decodes samples; integers are divided by their full scale 2^(bits-1), which is exact up to 24 bits.</summary>
    /// <returns>How many samples were NaN or infinite (or left the range of float); they are decoded as 0.</returns>
    public static int Decode(PcmEncoding encoding, ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (encoding)
        {
            case PcmEncoding.U8:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (bytes[i] - 128) * (1f / 128);
                }

                return 0;
            case PcmEncoding.S8:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = (sbyte)bytes[i] * (1f / 128);
                }

                return 0;
            case PcmEncoding.S16:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) * (1f / 0x8000);
                }

                return 0;
            case PcmEncoding.S24:
                for (int i = 0; i < samples.Length; i++)
                {
                    int offset = 3 * i;
                    int value = (bytes[offset] << 8) | (bytes[offset + 1] << 16) | (bytes[offset + 2] << 24);
                    samples[i] = value * (1f / 0x8000_0000u);
                }

                return 0;
            case PcmEncoding.S32:
                for (int i = 0; i < samples.Length; i++)
                {
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]) * (1f / 0x8000_0000u);
                }

                return 0;
            default:
                return DecodeFloats(encoding, bytes, samples);
        }
    }

    private static int DecodeFloats(PcmEncoding encoding, ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        int nonFinite = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            float value = encoding == PcmEncoding.F32
                ? BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..])
                : (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
            if (!float.IsFinite(value))
            {
                value = 0;
                nonFinite++;
            }

            samples[i] = value;
        }

        return nonFinite;
    }

    /// <summary>Encodes samples: integers are scaled by 2^(bits-1), rounded to nearest (halves up) and clipped; NaN becomes 0.</summary>
    public static void Encode(PcmEncoding encoding, ReadOnlySpan<float> samples, Span<byte> bytes)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            switch (encoding)
            {
                case PcmEncoding.U8:
                    bytes[i] = (byte)(Quantize(samples[i], 0x80) + 128);
                    break;
                case PcmEncoding.S8:
                    bytes[i] = unchecked((byte)Quantize(samples[i], 0x80));
                    break;
                case PcmEncoding.S16:
                    BinaryPrimitives.WriteInt16LittleEndian(bytes[(2 * i)..], (short)Quantize(samples[i], 0x8000));
                    break;
                case PcmEncoding.S24:
                    int value = (int)Quantize(samples[i], 0x80_0000);
                    BinaryPrimitives.WriteInt16LittleEndian(bytes[(3 * i)..], unchecked((short)value));
                    bytes[(3 * i) + 2] = unchecked((byte)(value >> 16));
                    break;
                case PcmEncoding.S32:
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], (int)Quantize(samples[i], 0x8000_0000));
                    break;
                case PcmEncoding.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], samples[i]);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(bytes[(8 * i)..], samples[i]);
                    break;
            }
        }
    }

    /// <summary>Reverses the bytes of each sample in place.</summary>
    public static void SwapByteOrder(Span<byte> bytes, int sampleBytes)
    {
        for (int i = 0; i < bytes.Length; i += sampleBytes)
        {
            bytes.Slice(i, sampleBytes).Reverse();
        }
    }

    private static long Quantize(float sample, long fullScale)
    {
        double scaled = Math.Floor(((double)sample * fullScale) + 0.5);
        return double.IsNaN(scaled) ? 0 : (long)Math.Clamp(scaled, -fullScale, fullScale - 1);
    }
}
