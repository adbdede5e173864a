namespace AudioCodec.Evaluation.Generation;

/// <summary>Sounds that make a row of the table.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Count">How many sounds there will be.</param>
/// <param name="Samples">The sounds, made as they are asked for.</param>
public sealed record SoundSet(string Name, int Count, IEnumerable<SoundSample> Samples);
