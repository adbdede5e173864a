using System.Diagnostics;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Clips;

/// <summary>The recordings that a server keeps; the one that was not used for longest makes place for the next.</summary>
internal sealed class ClipStore(ClipFolder folder, StudioLimits limits)
{
    private readonly Dictionary<string, Clip> _clips = new(StringComparer.Ordinal);

    /// <summary>A folder for a recording that is to be added.</summary>
    public string NewFolder() => Directory.CreateDirectory(folder.NewFile()).FullName;

    /// <summary>Keeps a recording.</summary>
    public void Add(Clip clip)
    {
        lock (_clips)
        {
            _clips.Add(clip.Id, clip);
            clip.LastUse = Stopwatch.GetTimestamp();
            while (_clips.Count > limits.Clips)
            {
                Remove(_clips.Values.MinBy(other => other.LastUse)!.Id); // There is one at least.
            }
        }
    }

    /// <summary>The recording of an address.</summary>
    /// <exception cref="Refusal">There is none (404).</exception>
    public Clip Get(string id)
    {
        lock (_clips)
        {
            Clip clip = _clips.GetValueOrDefault(id) ?? throw new Refusal(404, "There is no such recording here; it was removed, or made place for others. Upload it again.");
            clip.LastUse = Stopwatch.GetTimestamp();
            return clip;
        }
    }

    /// <summary>A version of a recording.</summary>
    /// <exception cref="Refusal">There is none (404).</exception>
    public (Clip Clip, ClipVersion Version) Get(string id, string key)
    {
        Clip clip = Get(id);
        return clip.Versions.TryGetValue(key, out ClipVersion? version) ? (clip, version) : throw new Refusal(404, "This version has not been made.");
    }

    /// <summary>Forgets a recording and deletes its files.</summary>
    public void Remove(string id)
    {
        lock (_clips)
        {
            if (_clips.Remove(id, out Clip? clip))
            {
                try
                {
                    Directory.Delete(clip.Folder, recursive: true);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // Being read; goes with the server's folder.
                }
            }
        }
    }
}
