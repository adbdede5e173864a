namespace AudioCodec;

/// <summary>How an <c>.ecdc</c> file is opened.</summary>
public sealed record EcdcOpenOptions
{
    /// <summary>
    /// Whether a damaged version-1 file is read as far as possible, with silence and fades for lost chunks, which <see cref="EcdcFile.Damage"/>
    /// lists. Otherwise damage throws <see cref="BitstreamException"/>.
    /// </summary>
    public bool ConcealDamage { get; init; }

    /// <summary>Name, folder or file of the codec to decode with; <see langword="null"/> for the one that the file names.</summary>
    public string? Model { get; init; }

    /// <summary>Whether disposing the file leaves its stream open.</summary>
    public bool LeaveOpen { get; init; }
}
