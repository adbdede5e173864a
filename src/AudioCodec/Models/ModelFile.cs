namespace AudioCodec.Models;

/// <summary>One file of a model that can be downloaded.</summary>
/// <param name="Name">Name in the model's folder.</param>
/// <param name="Address">Where it is published.</param>
/// <param name="Sha256Prefix">First hexadecimal digits of its SHA-256, as far as its publisher states them, or <see langword="null"/>.</param>
public sealed record ModelFile(string Name, Uri Address, string? Sha256Prefix = null);
