namespace AudioCodec.Training.Data.Generation;

/// <summary>The tokens of a split.</summary>
/// <param name="Sequences">All encodings; those of a file stand together, the unchanged one first and mixtures last.</param>
/// <param name="BrokenFiles">Files that could not be read.</param>
/// <param name="FirstError">Message of the first of them.</param>
internal sealed record TokenSet(IReadOnlyList<TokenSequence> Sequences, int BrokenFiles, string? FirstError);
