namespace AudioCodec.Training.Data;

/// <summary>A batch of crops of code sequences, as input and targets of a language model.</summary>
/// <param name="Codebooks">Codebooks in use K.</param>
/// <param name="Items">Crops B.</param>
/// <param name="Steps">Frames per crop T.</param>
internal sealed record CodeBatch(int Codebooks, int Items, int Steps)
{
    /// <summary>Target of a frame beyond the end of a sequence.</summary>
    public const long NoCode = -100;

    /// <summary>[K, B, T] code of the frame before plus 1; 0 for none.</summary>
    public long[] Previous { get; } = new long[(long)Codebooks * Items * Steps];

    /// <summary>[K, B, T] code of the frame, or <see cref="NoCode"/>.</summary>
    public long[] Targets { get; } = CreateTargets(Codebooks * Items * Steps);

    /// <summary>Fills one crop from a sequence's frames.</summary>
    /// <param name="item">Number of the crop.</param>
    /// <param name="codes">[F, <paramref name="stride"/>] codes of at most T frames.</param>
    /// <param name="stride">Codebooks that the sequence has.</param>
    public void Set(int item, ReadOnlySpan<ushort> codes, int stride)
    {
        int frames = codes.Length / stride;
        for (int k = 0; k < Codebooks; k++)
        {
            int row = ((k * Items) + item) * Steps;
            for (int t = 0; t < frames; t++)
            {
                long code = codes[(t * stride) + k];
                Targets[row + t] = code;
                if (t + 1 < Steps)
                {
                    Previous[row + t + 1] = code + 1;
                }
            }
        }
    }

    private static long[] CreateTargets(int count)
    {
        var targets = new long[count];
        Array.Fill(targets, NoCode);
        return targets;
    }
}
