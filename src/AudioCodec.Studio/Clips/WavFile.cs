using AudioCodec.Audio;

namespace AudioCodec.Studio.Clips;

/// <summary>A file of what a player gets.</summary>
internal static class WavFile
{
    /// <summary>Writes audio to a new WAV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="audio">Read to its end; not disposed.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    public static void Write(string path, AudioSource audio, CancellationToken cancellation)
    {
        using var writer = new WavWriter(File.Create(path), audio.SampleRateHz, audio.Channels);
        AudioTransfer.Write(audio, writer, cancellationToken: cancellation);
    }
}
