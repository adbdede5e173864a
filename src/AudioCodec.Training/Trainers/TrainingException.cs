namespace AudioCodec.Training.Trainers;

/// <summary>Training cannot go on: a loss is no longer finite, the device cannot be used, or the run's folder cannot be written.</summary>
/// <param name="message">What happened, at which step, and what to do.</param>
/// <param name="innerException">What the system said, or <see langword="null"/>.</param>
public sealed class TrainingException(string message, Exception? innerException = null) : Exception(message, innerException);
