namespace AudioCodec.Audio.Flac;

/// <summary>Decodes one channel of a frame. Source: RFC 9639, 9.2.</summary>
/// <remarks>
/// Samples are 64-bit: the difference channel of a 32-bit stereo file has 33 bits, and predictions cannot overflow. Exact.
/// </remarks>
internal static class FlacSubframe
{
    /// <summary>Reads a subframe.</summary>
    /// <param name="bits">Positioned at its first bit.</param>
    /// <param name="sampleBits">Bits per sample of this channel, 4 to 33.</param>
    /// <param name="samples">[T], receives the samples.</param>
    /// <returns>The fault of the subframe, or <see langword="null"/>.</returns>
    public static string? Read(FlacBitReader bits, int sampleBits, Span<long> samples)
    {
        if (bits.Read(1) != 0)
        {
            return "a subframe does not start with a zero bit";
        }

        int type = (int)bits.Read(6);
        long wasted = bits.Read(1) == 0 ? 0 : bits.ReadUnary() + 1;
        if (wasted >= sampleBits)
        {
            return $"{wasted} of {sampleBits} bits of a sample are declared unused";
        }

        int width = sampleBits - (int)wasted;
        string? fault = type switch
        {
            0 => ReadConstant(bits, width, samples),
            1 => ReadVerbatim(bits, width, samples),
            >= 8 and <= 12 => ReadFixed(bits, type - 8, width, samples),
            >= 32 => ReadLpc(bits, type - 31, width, samples),
            _ => $"subframe type {type} is reserved",
        };
        if (fault is null && wasted > 0)
        {
            for (int t = 0; t < samples.Length; t++)
            {
                samples[t] <<= (int)wasted;
            }
        }

        return fault;
    }

    private static string? ReadConstant(FlacBitReader bits, int width, Span<long> samples)
    {
        samples.Fill(bits.ReadSigned(width));
        return null;
    }

    private static string? ReadVerbatim(FlacBitReader bits, int width, Span<long> samples)
    {
        for (int t = 0; t < samples.Length; t++)
        {
            samples[t] = bits.ReadSigned(width);
        }

        return null;
    }

    private static string? ReadFixed(FlacBitReader bits, int order, int width, Span<long> samples)
    {
        if (order > samples.Length)
        {
            return $"a predictor of order {order} in a block of {samples.Length} samples";
        }

        ReadVerbatim(bits, width, samples[..order]);
        string? fault = ReadResidual(bits, order, samples);
        for (int t = order; t < samples.Length && fault is null; t++)
        {
            samples[t] += order switch
            {
                0 => 0,
                1 => samples[t - 1],
                2 => (2 * samples[t - 1]) - samples[t - 2],
                3 => (3 * (samples[t - 1] - samples[t - 2])) + samples[t - 3],
                _ => (4 * (samples[t - 1] + samples[t - 3])) - (6 * samples[t - 2]) - samples[t - 4],
            };
        }

        return fault;
    }

    private static string? ReadLpc(FlacBitReader bits, int order, int width, Span<long> samples)
    {
        if (order > samples.Length)
        {
            return $"a predictor of order {order} in a block of {samples.Length} samples";
        }

        ReadVerbatim(bits, width, samples[..order]);
        int precision = (int)bits.Read(4) + 1;
        int shift = (int)bits.ReadSigned(5);
        if (precision == 16 || shift < 0)
        {
            return "the precision or the shift of a predictor is invalid";
        }

        Span<long> coefficients = stackalloc long[order];
        for (int i = 0; i < order; i++)
        {
            // The first coefficient read weighs the newest sample; stored in the order of the samples, oldest first.
            coefficients[order - 1 - i] = bits.ReadSigned(precision);
        }

        string? fault = ReadResidual(bits, order, samples);
        if (fault is null)
        {
            Predict(coefficients, shift, samples);
        }

        return fault;
    }

    private static void Predict(ReadOnlySpan<long> coefficients, int shift, Span<long> samples)
    {
        for (int t = coefficients.Length; t < samples.Length; t++)
        {
            ReadOnlySpan<long> past = samples.Slice(t - coefficients.Length, coefficients.Length);
            long sum = 0;
            for (int i = 0; i < past.Length; i++)
            {
                sum += past[i] * coefficients[i];
            }

            samples[t] += sum >> shift;
        }
    }

    /// <summary>Rice-coded residual in 2^order partitions, the first shorter by the predictor's order.</summary>
    private static string? ReadResidual(FlacBitReader bits, int predictorOrder, Span<long> samples)
    {
        int method = (int)bits.Read(2);
        if (method > 1)
        {
            return $"residual coding method {method} is reserved";
        }

        int parameterBits = method == 0 ? 4 : 5;
        int escape = (1 << parameterBits) - 1;
        int partitions = 1 << (int)bits.Read(4);
        int partitionSamples = samples.Length / partitions;
        if (partitionSamples * partitions != samples.Length || partitionSamples < predictorOrder)
        {
            return $"{partitions} partitions in a block of {samples.Length} samples";
        }

        int at = predictorOrder;
        for (int partition = 0; partition < partitions; partition++)
        {
            int count = ((partition + 1) * partitionSamples) - at;
            int parameter = (int)bits.Read(parameterBits);
            Span<long> residual = samples.Slice(at, count);
            if (parameter < escape)
            {
                bits.ReadRice(parameter, residual);
            }
            else if (bits.Read(5) is > 0 and var width)
            {
                ReadVerbatim(bits, (int)width, residual);
            }
            else
            {
                residual.Clear();
            }

            bits.ThrowIfPastEnd();
            at += count;
        }

        return null;
    }
}
