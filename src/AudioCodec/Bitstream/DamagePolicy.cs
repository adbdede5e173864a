namespace AudioCodec.Bitstream;

/// <summary>What to do where a version-1 file is damaged.</summary>
internal enum DamagePolicy
{
    /// <summary>Throw <see cref="BitstreamException"/>.</summary>
    Refuse,

    /// <summary>
    /// Give what is whole, put concealment codes where chunks are lost, and list them in <see cref="EcdcV1Reader.Damage"/>; a file
    /// whose index is lost is read up to the damage.
    /// </summary>
    Conceal,
}
