namespace AudioCodec.Studio.Api;

/// <summary>What is to be generated; what is not said follows from the model.</summary>
/// <param name="Prompt">The text.</param>
/// <param name="Seconds">Length.</param>
/// <param name="Guidance">How much the text counts.</param>
/// <param name="Temperature">How varied it is.</param>
/// <param name="TopK">How many codes to draw from; 0 for all.</param>
/// <param name="Seed">The number that it follows from.</param>
/// <param name="Takes">Variants, 1 to 4.</param>
/// <param name="Continue">A recording that it goes on from.</param>
internal sealed record GenerateRequest(string? Prompt, double? Seconds, double? Guidance, double? Temperature, int? TopK, long? Seed, int? Takes, string? Continue);
