namespace AudioCodec.Fuzzing;

/// <summary>A parser and a valid file to start from.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Seed">The file.</param>
/// <param name="Parse">Reads all of a file; only errors of the library's own types may come out.</param>
internal sealed record FuzzTarget(string Name, byte[] Seed, Action<byte[]> Parse);
