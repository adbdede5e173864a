namespace AudioCodec.Torch.Loading;

/// <summary>No libtorch can be used: there is none, it is of another version than TorchSharp works with, or the system cannot load it.</summary>
/// <param name="message">What was found, where it was looked for, and what to do.</param>
/// <param name="innerException">What the system said, or <see langword="null"/>.</param>
public sealed class LibTorchException(string message, Exception? innerException = null) : Exception(message, innerException);
