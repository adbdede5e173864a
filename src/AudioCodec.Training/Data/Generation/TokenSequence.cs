using AudioCodec.Audio;

namespace AudioCodec.Training.Data.Generation;

/// <summary>One encoding of a file.</summary>
/// <param name="Clip">The file.</param>
/// <param name="Second">File that is mixed in, or <see langword="null"/>.</param>
/// <param name="Codes">[F, K], frame after frame.</param>
/// <param name="LevelsDb">[F] level of what was encoded, dBFS (RMS of the frame).</param>
internal sealed record TokenSequence(AudioClip Clip, AudioClip? Second, ushort[] Codes, float[] LevelsDb)
{
    /// <summary>Frames F.</summary>
    public int Frames => LevelsDb.Length;
}
