namespace AudioCodec;

/// <summary>A configuration holds an unknown key or a value that is not allowed.</summary>
/// <param name="message">What was found, what is allowed, and where.</param>
/// <param name="key">The key concerned, dotted (<c>model.filters</c>).</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class ConfigException(string message, string key, Exception? innerException = null)
    : CodecException(message, innerException)
{
    /// <summary>The key concerned, dotted.</summary>
    public string Key { get; } = key;
}
