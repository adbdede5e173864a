namespace AudioCodec.Training.Trainers;

/// <summary>Training cannot go on: a loss is no longer finite, or the device cannot be used.</summary>
/// <param name="message">What happened, at which step, and what to do.</param>
public sealed class TrainingException(string message) : Exception(message);
