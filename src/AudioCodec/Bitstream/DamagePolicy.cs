namespace AudioCodec.Bitstream;

/// <summary>How damage of a version-1 file is handled.</summary>
internal enum DamagePolicy
{
    /// <summary>Throw <see cref="BitstreamException"/>.</summary>
    Refuse,

    /// <summary>
    /// Read the intact chunks, replace lost ones by concealment codes, and list them in <see cref="EcdcV1Reader.Damage"/>; a file
    /// whose index is lost is read up to the damage.
    /// </summary>
    Conceal,
}
