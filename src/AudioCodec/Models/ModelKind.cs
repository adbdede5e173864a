namespace AudioCodec.Models;

/// <summary>Purpose of a model.</summary>
public enum ModelKind
{
    /// <summary>Turns audio into codes and back.</summary>
    Codec,

    /// <summary>Predicts codes, so that the entropy coder needs fewer bits.</summary>
    EntropyModel,

    /// <summary>Makes codes from text.</summary>
    Generator,

    /// <summary>Turns text into the vectors that a generator is conditioned on.</summary>
    TextEncoder,

    /// <summary>Tells what a recording sounds like.</summary>
    Classifier,
}
