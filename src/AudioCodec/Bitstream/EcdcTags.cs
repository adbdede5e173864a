namespace AudioCodec.Bitstream;

/// <summary>Texts in a version-1 file, such as <c>title</c>, <c>artist</c>, <c>date</c> and <c>comment</c>, in order.</summary>
internal sealed class EcdcTags
{
    /// <summary>Most bytes of all tags of a file.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly List<KeyValuePair<string, string>> _entries = [];

    /// <summary>Sets a key; an empty value removes it.</summary>
    public EcdcTags Set(string key, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _entries.RemoveAll(e => e.Key == key);
        if (!string.IsNullOrEmpty(value))
        {
            _entries.Add(new(key, value));
        }

        return this;
    }

    /// <summary>Tags of the same keys and values.</summary>
    /// <exception cref="ArgumentException">A key is empty, a text is not valid Unicode, or they take more than <see cref="MaxBytes"/>.</exception>
    public static EcdcTags From(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var tags = new EcdcTags();
        foreach ((string key, string value) in entries)
        {
            tags.Set(key, value);
        }

        // Texts that cannot be written are refused here, before any audio is encoded.
        _ = tags.ToBytes();
        return tags;
    }

    /// <summary>The tags in their order; of a key that a file has twice, the last value.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary()
    {
        var tags = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in _entries)
        {
            tags[key] = value;
        }

        return tags;
    }

    /// <summary>Keys and values as stored in a file, without the checksum.</summary>
    internal byte[] ToBytes()
    {
        var body = new ByteFields();
        foreach ((string key, string value) in _entries)
        {
            body.Text(key);
            body.Text(value);
        }

        if (body.Length > MaxBytes)
        {
            throw new ArgumentException($"The tags take {body.Length} bytes; {MaxBytes} are allowed.");
        }

        return body.Written.ToArray();
    }

    /// <summary>Parses the bytes of <see cref="ToBytes"/>.</summary>
    internal static EcdcTags Parse(ReadOnlySpan<byte> body, long offset)
    {
        var tags = new EcdcTags();
        var fields = new FieldReader(body, offset, "tags");
        while (fields.Remaining > 0)
        {
            string key = fields.Text();
            tags._entries.Add(new(key, fields.Text()));
        }

        return tags;
    }
}
