using AudioCodec.Audio;
using AudioCodec.Codecs;

namespace AudioCodec;

/// <summary>How audio is made from a text; options that are not set follow from the model.</summary>
public sealed record GenerationOptions
{
    /// <summary>
    /// Length of the audio, <see cref="Continuation"/> included, above 0; cut to whole frames. Longer than the model's window it is made window by window.
    /// <see langword="null"/> for the model's default, after the continued clip.
    /// </summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Scale of classifier-free guidance: how much more than without it the text counts. 1 for no guidance, which takes half the time; published models use 3.</summary>
    public double? Guidance { get; init; }

    /// <summary>Divisor of the logits, above 0: lower is safer, higher more varied. Published models use 1.</summary>
    public double? Temperature { get; init; }

    /// <summary>Number of most probable codes to draw from; 0 for all. Published models use 250.</summary>
    public int? TopK { get; init; }

    /// <summary>Probability that the codes to draw from have together, 0 to 1; above 0 it counts in place of <see cref="TopK"/>.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Whether the most probable code is taken each time, rather than one drawn. Made for comparisons: windows then end as in AudioCraft, whose last frames are
    /// made from steps that training does not have, so that all codes are equal.
    /// </summary>
    public bool Greedy { get; init; }

    /// <summary>What is drawn follows from this number, the take's and the place, on any number of threads; <see langword="null"/> for a number drawn by chance.</summary>
    public long? Seed { get; init; }

    /// <summary>Variants of each prompt, at least 1.</summary>
    public int Takes { get; init; } = 1;

    /// <summary>Takes made side by side, at least 1: more take less time each, and memory. Codes do not depend on it.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>What the audio should not be: guidance leads away from it, rather than from no text.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// Audio that the result begins with, and goes on from; converted to the model's rate and channels, and cut to whole frames. Of a clip as long as the
    /// model's window, or longer, the last part is listened to.
    /// </summary>
    public AudioBuffer? Continuation { get; init; }

    /// <summary>Codes that the result begins with, in place of <see cref="Continuation"/>: those of an earlier result, or of the generator's codec, whose further codebooks are left out.</summary>
    public EncodedAudio? ContinuationCodes { get; init; }

    /// <summary>What each window after the first adds where the audio is longer than the window, above 0 and less than the window; <see langword="null"/> for the model's default.</summary>
    public TimeSpan? Stride { get; init; }
}
