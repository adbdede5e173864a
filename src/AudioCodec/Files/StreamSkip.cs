namespace AudioCodec.Files;

/// <summary>Passes over bytes of any stream.</summary>
internal static class StreamSkip
{
    /// <summary>Goes forward: by seeking, which may end behind the stream's end, or by reading.</summary>
    /// <returns>Whether a pipe had as many bytes; a file is not asked.</returns>
    public static bool TrySkip(this Stream stream, long count)
    {
        if (stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Current);
            return true;
        }

        var discard = new byte[(int)Math.Min(count, 8192)];
        while (count > 0)
        {
            int read = stream.Read(discard, 0, (int)Math.Min(count, discard.Length));
            if (read == 0)
            {
                return false;
            }

            count -= read;
        }

        return true;
    }
}
