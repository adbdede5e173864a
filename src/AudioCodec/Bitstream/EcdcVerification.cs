namespace AudioCodec.Bitstream;

/// <summary>What a check of a version-1 file found.</summary>
/// <param name="Chunks">Chunks in the file.</param>
/// <param name="CodesChecked">Whether the codes were decoded too, not only the checksums compared.</param>
/// <param name="LengthSamples">Samples per channel that the file decodes to, at the model's rate.</param>
/// <param name="Damage">What is wrong; empty for a sound file.</param>
public sealed record EcdcVerification(int Chunks, bool CodesChecked, long LengthSamples, IReadOnlyList<EcdcDamage> Damage)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Damage.Count == 0;

    /// <summary>Checks a version-1 file without decoding audio; the codes too where a coder is given or none is needed.</summary>
    /// <param name="stream">The file, from its first byte.</param>
    /// <param name="coder">The language model's coder, or <see langword="null"/>.</param>
    /// <exception cref="BitstreamException">The header is damaged, or belongs to another language model.</exception>
    public static EcdcVerification Run(Stream stream, IChunkCoder? coder = null)
    {
        using EcdcV1Reader file = EcdcV1Reader.Open(
            stream, new EcdcV1ReadOptions { Coder = coder, Damage = DamagePolicy.Conceal }, leaveOpen: true);
        bool decode = coder is not null || file.Header.CoderFingerprint.IsEmpty;
        if (decode)
        {
            for (int i = 0; i < file.Stretches.Count; i++)
            {
                using IEcdcReader reader = file.OpenStretch(i);
                while (reader.TryNextSegment(out _))
                {
                }
            }
        }

        CheckRecords(file);
        return new EcdcVerification(file.Chunks.Count, decode, file.LengthSamples, [.. file.Damage]);
    }

    private static void CheckRecords(EcdcV1Reader file)
    {
        uint chain = 0;
        bool whole = true;
        for (int i = 0; i < file.Chunks.Count; i++)
        {
            try
            {
                chain = Crc32C.Chain(file.ReadChunk(i).Checksum, chain);
            }
            catch (BitstreamException exception)
            {
                whole = false;
                (long start, long length) = file.OutputOf(i);
                file.Report(new EcdcDamage(i, file.Chunks[i].Offset, start, length, exception.Message));
            }
        }

        if (whole && !file.ChainHolds(chain))
        {
            file.Report(new EcdcDamage(
                -1, file.Chunks[0].Offset, 0, file.LengthSamples, "The chunks are whole, but not those, in that order, that the file was written with."));
        }
    }
}
