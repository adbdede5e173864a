namespace AudioCodec.Bitstream;

/// <summary>Result of checking a file.</summary>
/// <param name="HasChecksums">Whether the file has checksums (version 1); without them changed codes cannot be detected.</param>
/// <param name="Chunks">Chunks in the file; 0 in version 0.</param>
/// <param name="CodesChecked">Whether the codes were decoded too, not only the checksums compared.</param>
/// <param name="LengthSamples">Samples per channel that the file decodes to, at the model's rate.</param>
/// <param name="Damage">The faults; empty for an intact file.</param>
public sealed record EcdcVerification(bool HasChecksums, int Chunks, bool CodesChecked, long LengthSamples, IReadOnlyList<EcdcDamage> Damage)
{
    /// <summary>Whether no fault was found.</summary>
    public bool IsSound => Damage.Count == 0;

    /// <summary>Checks a version-1 file without decoding audio; the codes too where its coder is available or not needed.</summary>
    internal static EcdcVerification Of(EcdcV1Reader file, CancellationToken cancellationToken)
    {
        bool decode = file.Options.Coder is not null || file.Header.CoderFingerprint.IsEmpty;
        if (decode)
        {
            for (int i = 0; i < file.Stretches.Count; i++)
            {
                using IEcdcReader reader = file.OpenStretch(i);
                while (reader.TryNextSegment(out _))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }

        CheckRecords(file);
        return new EcdcVerification(true, file.Chunks.Count, decode, file.LengthSamples, [.. file.Damage]);
    }

    /// <summary>Checks payload length and padding bits of a version-0 file.</summary>
    internal static EcdcVerification Of(EcdcV0Container file, CancellationToken cancellationToken)
    {
        var damage = new List<EcdcDamage>();
        try
        {
            long trailing = file.ReadThrough(cancellationToken);
            if (trailing > 0)
            {
                damage.Add(new EcdcDamage(
                    -1, -1, file.LengthSamples, 0, $"Behind the end that the header states: {Messages.Count(trailing, "byte")}; the file is damaged, or data were appended to it."));
            }
        }
        catch (BitstreamException exception)
        {
            damage.Add(new EcdcDamage(-1, exception.Offset, 0, 0, exception.Message));
        }

        return new EcdcVerification(false, 0, true, file.LengthSamples, damage);
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
                -1, file.Chunks[0].Offset, 0, file.LengthSamples, "The chunks are intact, but their checksums show that some were replaced or reordered."));
        }
    }
}
