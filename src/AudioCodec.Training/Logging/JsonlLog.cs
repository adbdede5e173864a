using System.Text.Json;

namespace AudioCodec.Training.Logging;

/// <summary>A log of one JSON object a line, flushed after every line.</summary>
/// <param name="path">File; lines are appended.</param>
public sealed class JsonlLog(string path) : IDisposable
{
    private readonly StreamWriter _writer = new(path, append: true) { AutoFlush = true };

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
