using AudioCodec.Audio.Tags;

namespace AudioCodec.Audio.Mp3;

/// <summary>Finds the frames of an MP3 stream, passing over tags and what is damaged, in bounded memory.</summary>
/// <param name="stream">Positioned at the first byte; need not be seekable.</param>
/// <param name="path">Name for messages.</param>
internal sealed class Mp3FrameReader(Stream stream, string path)
{
    private const int WindowBytes = 1 << 14;

    /// <summary>Three frames and the largest header of a tag.</summary>
    private const int LookaheadBytes = (3 * Mp3FrameHeader.MostFrameBytes) + 32;

    private readonly byte[] _window = new byte[WindowBytes];
    private int _start;
    private int _end;
    private long _windowOffset;
    private bool _streamEnded;
    private bool _synchronized;
    private Mp3FrameHeader? _first;

    /// <summary>Bytes so far that belong to no frame or tag and are not zero.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Whether the stream ended within a frame.</summary>
    public bool EndedInFrame { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="frame">The whole frame, valid up to the next call.</param>
    /// <param name="mostSkipped">Bytes that are neither frame nor tag after which the search is given up.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="AudioFormatException">The sample rate changes.</exception>
    public bool TryRead(out Mp3FrameHeader header, out ReadOnlySpan<byte> frame, long mostSkipped = long.MaxValue)
    {
        for (long skipped = 0; skipped <= mostSkipped;)
        {
            ReadOnlySpan<byte> ahead = Ahead();
            if (ahead.Length < Mp3FrameHeader.Bytes)
            {
                break;
            }

            if (AudioTags.Measure(ahead) is > 0 and long tagBytes)
            {
                Skip(tagBytes);
            }
            else if (Mp3FrameHeader.TryRead(ahead, out header) && IsFrame(header, ahead))
            {
                if (header.FrameBytes > ahead.Length)
                {
                    EndedInFrame = true;
                    break;
                }

                _synchronized = true;
                _first ??= header;
                frame = ahead[..Math.Max(header.FrameBytes, Mp3FrameHeader.Bytes)];
                _start += frame.Length;
                return true;
            }
            else
            {
                _synchronized = false;
                SkippedBytes += ahead[0] == 0 ? 0 : 1;
                _start++;
                skipped++;
            }
        }

        header = default;
        frame = default;
        return false;
    }

    /// <exception cref="AudioFormatException">The sample rate changes.</exception>
    private bool IsFrame(Mp3FrameHeader header, ReadOnlySpan<byte> ahead)
    {
        if (header.BitrateIndex == 0 && _first is not null)
        {
            return false;
        }

        bool fits = _first is not Mp3FrameHeader first || header.IsLike(first);
        if (fits && _synchronized)
        {
            return true;
        }

        // A header is soon found in any data; two that follow it at its distance are not.
        if (!IsFollowed(header, ahead))
        {
            return false;
        }

        return fits ? true : throw new AudioFormatException(
            $"'{path}' changes from {_first?.SampleRateHz} Hz to {header.SampleRateHz} Hz at byte {_windowOffset + _start}: convert the file, for example with ffmpeg.",
            path);
    }

    private static bool IsFollowed(Mp3FrameHeader header, ReadOnlySpan<byte> ahead)
    {
        if (header.BitrateIndex == 0)
        {
            return IsFreeFormat(header, ahead);
        }

        Mp3FrameHeader current = header;
        for (int next = 0; next < 2; next++)
        {
            if (current.FrameBytes >= ahead.Length)
            {
                // The stream ends, at best behind a frame; within one that follows another it was cut off.
                return current.FrameBytes == ahead.Length || next > 0;
            }

            ahead = ahead[current.FrameBytes..];
            if (ahead.Length < Mp3FrameHeader.Bytes || AudioTags.Measure(ahead) > 0)
            {
                return true;
            }

            if (!Mp3FrameHeader.TryRead(ahead, out current) || !current.IsLike(header) || current.BitrateIndex == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Frames of the free format do not say where the next one is, but are all of one size, up to the byte of padding.</summary>
    private static bool IsFreeFormat(Mp3FrameHeader header, ReadOnlySpan<byte> ahead)
    {
        for (int size = Mp3FrameHeader.Bytes; (2 * size) + Mp3FrameHeader.Bytes < ahead.Length; size++)
        {
            if (IsLikeAt(header, ahead, size) && (IsLikeAt(header, ahead, (2 * size) - 1) || IsLikeAt(header, ahead, 2 * size) || IsLikeAt(header, ahead, (2 * size) + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLikeAt(Mp3FrameHeader header, ReadOnlySpan<byte> bytes, int at) =>
        Mp3FrameHeader.TryRead(bytes[at..], out Mp3FrameHeader other) && other.IsLike(header) && other.BitrateIndex == header.BitrateIndex;

    private ReadOnlySpan<byte> Ahead()
    {
        if (_end - _start < LookaheadBytes && !_streamEnded)
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _windowOffset += _start;
            _end -= _start;
            _start = 0;
            int wanted = LookaheadBytes - _end;
            int read = stream.ReadAtLeast(_window.AsSpan(_end), wanted, throwOnEndOfStream: false);
            _streamEnded = read < wanted;
            _end += read;
        }

        return _window.AsSpan(_start, _end - _start);
    }

    private void Skip(long count)
    {
        while (count > 0 && Ahead() is { Length: > 0 } ahead)
        {
            int step = (int)Math.Min(count, ahead.Length);
            _start += step;
            count -= step;
        }
    }
}
