using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace AudioCodec.Tests.Audio;

/// <summary>How the test's encoder stores a channel of a frame.</summary>
/// <param name="Kind">0 constant, 1 verbatim, 8 to 12 fixed predictor of order 0 to 4, 32 to 63 LPC of order 1 to 32: the code in the file.</param>
/// <param name="PartitionOrder">2^order Rice partitions.</param>
/// <param name="WideParameters">Five-bit Rice parameters instead of four.</param>
/// <param name="Escape">Raw residual instead of Rice codes.</param>
/// <param name="WastedBits">Low bits that are zero and left out.</param>
internal sealed record FlacCoding(
    int Kind, int PartitionOrder = 0, bool WideParameters = false, bool Escape = false, int WastedBits = 0);

/// <summary>A simple FLAC encoder that makes any legal structure, written from RFC 9639 apart from the reader under test.</summary>
internal sealed class FlacBytes
{
    private readonly List<byte> _bytes = [];
    private int _current = 1;

    public static readonly int[] LpcCoefficients = [.. Enumerable.Range(0, 32).Select(i => i == 0 ? 900 : i == 1 ? -300 : (i * 37 % 41) - 20)];

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Signature and STREAMINFO; the MD5 is that of the samples, or zeros.</summary>
    public static byte[] Header(int sampleRateHz, int bits, long[][] samples, bool withLength = true, bool withMd5 = true)
    {
        var head = new FlacBytes();
        head.Put(0x664C6143, 32).Put(0x80, 8).Put(34, 24).Put(16, 16).Put(65535, 16).Put(0, 24).Put(0, 24);
        head.Put(sampleRateHz, 20).Put(samples.Length - 1, 3).Put(bits - 1, 5).Put(withLength ? samples[0].Length : 0, 36);
        byte[] md5 = withMd5 ? Md5(bits, samples) : new byte[16];
        return [.. head.ToArray(), .. md5];
    }

    /// <summary>One frame. <paramref name="mode"/> is the channel assignment of the file.</summary>
    public static byte[] Frame(int bits, long number, bool variable, int mode, long[][] samples, FlacCoding[] codings)
    {
        int count = samples[0].Length;
        var frame = new FlacBytes();
        int sizeCode = bits switch { 8 => 1, 12 => 2, 16 => 4, 20 => 5, 24 => 6, 32 => 7, _ => 0 };
        frame.Put(0x3FFE, 14).Put(0, 1).Put(variable ? 1 : 0, 1).Put(BlockCode(count), 4).Put(0, 4).Put(mode, 4).Put(sizeCode, 3).Put(0, 1);
        frame.PutNumber(number);
        if (BlockCode(count) is 6 or 7)
        {
            frame.Put(count - 1, BlockCode(count) == 6 ? 8 : 16);
        }

        frame.Put(Crc(frame._bytes, 8, 0x07), 8);
        long[][] stored = Decorrelate(mode, samples);
        for (int channel = 0; channel < stored.Length; channel++)
        {
            bool side = (mode is 8 or 10 && channel == 1) || (mode == 9 && channel == 0);
            frame.PutSubframe(bits + (side ? 1 : 0), stored[channel], codings[channel % codings.Length]);
        }

        while (frame._current != 1)
        {
            frame.Put(0, 1);
        }

        frame.Put(Crc(frame._bytes, 16, 0x8005), 16);
        return frame.ToArray();
    }

    /// <summary>A whole file of one frame.</summary>
    public static byte[] File(int bits, int mode, long[][] samples, params FlacCoding[] codings) =>
        [.. Header(24000, bits, samples), .. Frame(bits, 0, false, mode, samples, codings)];

    [SuppressMessage("Security", "CA5351", Justification = "The format prescribes MD5.")]
    private static byte[] Md5(int bits, long[][] samples)
    {
        int width = (bits + 7) / 8;
        var bytes = new List<byte>();
        for (int t = 0; t < samples[0].Length; t++)
        {
            foreach (long[] channel in samples)
            {
                bytes.AddRange(BitConverter.GetBytes(channel[t])[..width]);
            }
        }

        return MD5.HashData(bytes.ToArray());
    }

    private static int BlockCode(int count) => count switch
    {
        192 => 1,
        576 or 1152 or 2304 or 4608 => 2 + (int)Math.Log2(count / 576),
        _ when count >= 256 && count <= 32768 && int.IsPow2(count) => 8 + (int)Math.Log2(count / 256),
        <= 256 => 6,
        _ => 7,
    };

    private static long[][] Decorrelate(int mode, long[][] samples) => mode switch
    {
        8 => [samples[0], [.. samples[0].Zip(samples[1], (left, right) => left - right)]],
        9 => [[.. samples[0].Zip(samples[1], (left, right) => left - right)], samples[1]],
        10 => [[.. samples[0].Zip(samples[1], (left, right) => (left + right) >> 1)], [.. samples[0].Zip(samples[1], (left, right) => left - right)]],
        _ => samples,
    };

    /// <summary>Bit by bit, as the definition has it.</summary>
    private static int Crc(List<byte> bytes, int width, int polynomial)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool feedback = (((crc >> (width - 1)) ^ (value >> bit)) & 1) == 1;
                crc = (crc << 1) & ((1 << width) - 1);
                crc ^= feedback ? polynomial : 0;
            }
        }

        return crc;
    }

    private FlacBytes Put(long value, int count)
    {
        for (int bit = count - 1; bit >= 0; bit--)
        {
            _current = (_current << 1) | (int)((value >> bit) & 1);
            if (_current >= 256)
            {
                _bytes.Add((byte)_current);
                _current = 1;
            }
        }

        return this;
    }

    private void PutNumber(long number)
    {
        if (number < 0x80)
        {
            Put(number, 8);
            return;
        }

        int extra = 1;
        while (number >= 1L << ((6 * extra) + Math.Max(0, 6 - extra)))
        {
            extra++;
        }

        Put(((0xFF00L >> (extra + 1)) & 0xFF) + (number >> (6 * extra)), 8);
        for (int i = extra - 1; i >= 0; i--)
        {
            Put(0x80 | ((number >> (6 * i)) & 0x3F), 8);
        }
    }

    private void PutSubframe(int bits, long[] samples, FlacCoding coding)
    {
        Put(0, 1).Put(coding.Kind, 6).Put(coding.WastedBits > 0 ? 1 : 0, 1);
        if (coding.WastedBits > 0)
        {
            Put(1, coding.WastedBits);
        }

        int width = bits - coding.WastedBits;
        long[] kept = [.. samples.Select(sample => sample >> coding.WastedBits)];
        int order = coding.Kind >= 32 ? coding.Kind - 31 : coding.Kind - 8;
        switch (coding.Kind)
        {
            case 0:
                Put(kept[0], width);
                return;
            case 1:
                order = kept.Length;
                break;
        }

        foreach (long sample in kept.Take(order))
        {
            Put(sample, width);
        }

        if (coding.Kind >= 32)
        {
            Put(11, 4).Put(10, 5);
            foreach (int coefficient in LpcCoefficients.Take(order))
            {
                Put(coefficient, 12);
            }
        }

        if (coding.Kind != 1)
        {
            PutResidual(coding, order, [.. Enumerable.Range(order, kept.Length - order).Select(t => kept[t] - Predict(coding.Kind, order, kept, t))]);
        }
    }

    private static long Predict(int kind, int order, long[] samples, int t)
    {
        int[][] fixedCoefficients = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];
        int[] coefficients = kind >= 32 ? LpcCoefficients : fixedCoefficients[order];
        long sum = Enumerable.Range(0, order).Sum(i => coefficients[i] * samples[t - 1 - i]);
        return kind >= 32 ? sum >> 10 : sum;
    }

    private void PutResidual(FlacCoding coding, int order, long[] residual)
    {
        int parameterBits = coding.WideParameters ? 5 : 4;
        Put(coding.WideParameters ? 1 : 0, 2).Put(coding.PartitionOrder, 4);
        int partitionSamples = (residual.Length + order) >> coding.PartitionOrder;
        for (int partition = 0, at = 0; partition < 1 << coding.PartitionOrder; partition++)
        {
            int count = partitionSamples - (partition == 0 ? order : 0);
            long[] part = residual[at..(at + count)];
            at += count;
            long most = part.Length == 0 ? 0 : part.Max(Math.Abs);
            int magnitudeBits = 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)most);
            if (coding.Escape)
            {
                int width = most == 0 ? 0 : magnitudeBits + 1;
                Put((1 << parameterBits) - 1, parameterBits).Put(width, 5);
                Array.ForEach(part, value => Put(value, width));
                continue;
            }

            int parameter = Math.Clamp(magnitudeBits - 3, 0, (1 << parameterBits) - 2);
            Put(parameter, parameterBits);
            foreach (long value in part)
            {
                long folded = value < 0 ? (-2 * value) - 1 : 2 * value;
                for (long zeros = folded >> parameter; zeros > 0; zeros--)
                {
                    Put(0, 1);
                }

                Put(1, 1).Put(folded & ((1L << parameter) - 1), parameter);
            }
        }
    }
}
