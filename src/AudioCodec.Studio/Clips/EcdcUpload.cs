using AudioCodec.Audio;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Clips;

/// <summary>What an uploaded <c>.ecdc</c> file says of itself.</summary>
/// <param name="Model">The codec that made it.</param>
/// <param name="FormatVersion">Version of the format.</param>
/// <param name="Kbps">Rate of the file, kbit/s.</param>
/// <param name="SavedShare">What entropy coding saved, 0 to 1.</param>
/// <param name="Tags">Its texts.</param>
/// <param name="ChunkFrames">Frames of each chunk of its index.</param>
/// <param name="Damage">Damaged chunks, in sentences.</param>
internal sealed record EcdcUpload(
    string Model, int FormatVersion, double Kbps, double? SavedShare, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<int> ChunkFrames, IReadOnlyList<string> Damage)
{
    /// <summary>Whether a file begins as an <c>.ecdc</c> file does.</summary>
    public static bool Recognizes(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(start, 4, throwOnEndOfStream: false) == 4 && start.SequenceEqual("ECDC"u8);
    }

    /// <summary>Decodes a file to WAV as far as it can be read; damage is silence.</summary>
    /// <param name="codecs">The codecs of this machine.</param>
    /// <param name="path">The file.</param>
    /// <param name="wav">Receives the audio.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="BitstreamException">Nothing of it can be read.</exception>
    /// <exception cref="Refusal">It is longer than the limit (413).</exception>
    public static (EcdcUpload Facts, EcdcInfo Info) Decode(CodecProvider codecs, string path, string wav, StudioLimits limits, CancellationToken cancellation)
    {
        using EcdcFile file = codecs.Open(File.OpenRead(path), new EcdcOpenOptions { ConcealDamage = true });
        if (file.Duration > limits.Duration)
        {
            throw limits.TooLong();
        }

        using (AudioSource decoded = file.OpenAudio())
        {
            WavFile.Write(wav, decoded, cancellation);
        }

        EcdcInfo info = file.Info;
        string[] damage = [.. file.Damage.Select(part => part.Chunk < 0 ? part.Reason : FormattableString.Invariant($"chunk {part.Chunk}, from {(double)part.StartSample / info.SampleRateHz:0.00} s: {part.Reason}"))];
        return (new EcdcUpload(info.Model, info.FormatVersion, info.BitrateKbps, info.IsEntropyCoded ? info.SavedShare : null, file.Tags, [.. info.Chunks.Select(chunk => chunk.Frames)], damage), info);
    }
}
