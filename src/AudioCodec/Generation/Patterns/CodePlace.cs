namespace AudioCodec.Generation.Patterns;

/// <summary>Which code stands in a place of a step.</summary>
/// <param name="Frame">The code's frame.</param>
/// <param name="Codebook">Its codebook, which is also the place's.</param>
internal readonly record struct CodePlace(int Frame, int Codebook) : IComparable<CodePlace>
{
    /// <inheritdoc/>
    public int CompareTo(CodePlace other) => Frame != other.Frame ? Frame.CompareTo(other.Frame) : Codebook.CompareTo(other.Codebook);
}
