namespace AudioCodec.Training.Data.Generation;

/// <summary>Crops of audio as codes, with what they are said to be.</summary>
/// <param name="Codes">[B, F, K] codes; places behind a row's valid frames hold 0.</param>
/// <param name="Frames">Valid frames of each row, 1 to F.</param>
/// <param name="Captions">Text of each row; <see langword="null"/> where it is dropped.</param>
internal sealed record GeneratorBatch(int[] Codes, int[] Frames, string?[] Captions);
