using System.Text.Json;

namespace AudioCodec.Training.Logging;

/// <summary>A log of one JSON object a line, flushed after every line.</summary>
internal sealed class JsonlLog : IDisposable
{
    private readonly StreamWriter _writer;

    /// <summary>Opens a log, or creates it.</summary>
    /// <param name="path">File; lines are appended. A last line that is incomplete, as a full disk leaves it, is removed.</param>
    public JsonlLog(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        for (stream.Seek(0, SeekOrigin.End); stream.Position > 0; stream.SetLength(stream.Length - 1))
        {
            stream.Seek(-1, SeekOrigin.End);
            if (stream.ReadByte() == '\n')
            {
                break;
            }
        }

        _writer = new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>Appends a line; numbers that are not finite become null.</summary>
    public void Write(string kind, long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var line = new Dictionary<string, object?>
        {
            ["kind"] = kind,
            ["step"] = step,
            ["time"] = DateTimeOffset.UtcNow.ToString("s"),
        };
        foreach ((string key, double value) in values)
        {
            line[key] = double.IsFinite(value) ? Math.Round(value, 6) : null;
        }

        _writer.WriteLine(JsonSerializer.Serialize(line));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _writer.Dispose();
}
