using System.Collections.Concurrent;
using AudioCodec.Audio;

namespace AudioCodec.Training.Data;

/// <summary>Decoded files at the model's sample rate and channels, kept in memory up to a budget. Safe for many threads.</summary>
/// <param name="sampleRateHz">Samples per second.</param>
/// <param name="channels">Channels C.</param>
/// <param name="budgetBytes">Decoded audio kept; beyond it files are decoded each time they are drawn.</param>
internal sealed class ClipCache(int sampleRateHz, int channels, long budgetBytes)
{
    private readonly ConcurrentDictionary<string, AudioBuffer?> _clips = new(StringComparer.Ordinal);
    private long _heldBytes;
    private int _broken;
    private string? _firstError;

    /// <summary>Samples per second of the decoded audio.</summary>
    public int SampleRateHz => sampleRateHz;

    /// <summary>Files that could not be read and are skipped.</summary>
    public int BrokenFiles => Volatile.Read(ref _broken);

    /// <summary>Message of the first file that could not be read, or <see langword="null"/>.</summary>
    public string? FirstError => Volatile.Read(ref _firstError);

    /// <summary>A file's audio, or <see langword="null"/> where it cannot be read.</summary>
    public AudioBuffer? Get(string path)
    {
        if (_clips.TryGetValue(path, out AudioBuffer? held))
        {
            return held;
        }

        AudioBuffer? clip = Decode(path, out string? error);
        if (clip is null)
        {
            if (_clips.TryAdd(path, null))
            {
                Interlocked.Increment(ref _broken);
                Interlocked.CompareExchange(ref _firstError, error, null);
            }

            return null;
        }

        long bytes = (long)clip.Samples.Length * sizeof(float);
        if (Interlocked.Add(ref _heldBytes, bytes) > budgetBytes || !_clips.TryAdd(path, clip))
        {
            Interlocked.Add(ref _heldBytes, -bytes);
        }

        return clip;
    }

    private AudioBuffer? Decode(string path, out string? error)
    {
        try
        {
            using AudioSource source = AudioFile.OpenConverted(path, sampleRateHz, channels);
            AudioBuffer clip = AudioFile.ReadAll(source, path);
            error = clip.LengthSamples == 0 ? $"'{path}' holds no samples." : null;
            return clip.LengthSamples == 0 ? null : clip;
        }
        catch (Exception failure) when (failure is CodecException or IOException or UnauthorizedAccessException)
        {
            error = failure.Message;
            return null;
        }
    }
}
