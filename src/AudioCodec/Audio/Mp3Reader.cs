using AudioCodec.Audio.Mp3;

namespace AudioCodec.Audio;

/// <summary>Reads MP3: MPEG-1, MPEG-2 and, at 11 and 12 kHz, MPEG-2.5, of any bitrate but the free one, streamed.</summary>
/// <remarks>
/// Encoder delay and padding are dropped where a Xing, Info or LAME tag states them, so that the length is the recording's; without one all that
/// is decoded is given, as ffmpeg does. Damaged frames become silence, and what is between frames is passed over, with a warning. Where frames
/// change between mono and stereo, the first one's channels are kept. Accuracy: over 100 dB against ffmpeg's decoder. Source: ISO 11172-3, ISO 13818-3.
/// </remarks>
internal sealed class Mp3Reader : AudioSource
{
    /// <summary>Bytes without a frame after which a stream counts as something else.</summary>
    private const int MostLeadingBytes = 1 << 16;

    private const int MostFrameSamples = 1152;

    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly Mp3FrameReader _frames;
    private readonly Mp3Decoder _decoder = new();
    private readonly Mp3Tag? _tag;
    private readonly List<string> _warnings = [];
    private readonly float[] _decoded = new float[2 * MostFrameSamples];
    private readonly float[] _block;
    private readonly int _frameSamples;
    private int _blockAt;
    private int _blockEnd;
    private long _framesDecoded;
    private long _samplesGiven;
    private bool _ended;

    /// <summary>Reads the first frame.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader; it is read ahead of what was asked for.</param>
    /// <exception cref="UnsupportedAudioException">The stream holds something else, or a kind of MP3 that is not decoded here.</exception>
    public Mp3Reader(Stream stream, string path = "-", bool leaveOpen = false)
    {
        _stream = stream;
        _path = path;
        _leaveOpen = leaveOpen;
        _frames = new Mp3FrameReader(stream, path);
        if (!_frames.TryRead(out Mp3FrameHeader first, out ReadOnlySpan<byte> frame, MostLeadingBytes))
        {
            throw new UnsupportedAudioException("data of an unknown kind");
        }

        if (first.BitrateIndex == 0)
        {
            throw new UnsupportedAudioException("MP3 of the free format");
        }

        if (first.SampleRateHz == 8000)
        {
            // NLayer divides short blocks there as at other rates.
            throw new UnsupportedAudioException("MP3 of 8000 Hz");
        }

        SampleRateHz = first.SampleRateHz;
        Channels = first.Channels;
        _frameSamples = first.LengthSamples;
        _block = new float[_frameSamples * Channels];
        _tag = Mp3Tag.Read(first, frame);
        if (_tag is null)
        {
            Decode(first, frame);
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz { get; }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <summary>What the first frame states of the recording; what was read, once the end was reached.</summary>
    public override long? LengthSamples => _ended ? _samplesGiven : StatedSamples;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    private long? StatedSamples => _tag?.Frames is long frames ? Math.Max(0, (frames * _frameSamples) - _tag.StartSamples - _tag.EndSamples) : null;

    /// <summary>Whether a file starts as an MP3 does that has no tag before it.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) => Mp3FrameHeader.TryRead(signature, out _);

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        int wanted = destination.Length / Channels;
        while (wanted > 0 && _blockAt == _blockEnd && !_ended)
        {
            if (_frames.TryRead(out Mp3FrameHeader header, out ReadOnlySpan<byte> frame))
            {
                Decode(header, frame);
            }
            else
            {
                End();
            }
        }

        int samples = Math.Min(wanted, _blockEnd - _blockAt);
        _block.AsSpan(_blockAt * Channels, samples * Channels).CopyTo(destination);
        _blockAt += samples;
        _samplesGiven += samples;
        return samples;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_leaveOpen)
        {
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Decode(Mp3FrameHeader header, ReadOnlySpan<byte> frame)
    {
        Span<float> decoded = _decoded.AsSpan(0, _frameSamples * header.Channels);
        _decoder.Decode(header, frame, decoded);
        if (header.Channels == Channels)
        {
            decoded.CopyTo(_block);
        }
        else
        {
            for (int t = 0; t < _frameSamples; t++)
            {
                if (Channels == 1)
                {
                    _block[t] = 0.5f * (decoded[2 * t] + decoded[(2 * t) + 1]);
                }
                else
                {
                    _block.AsSpan(2 * t, 2).Fill(decoded[t]);
                }
            }
        }

        // Of the frames that the tag counts, what it says of start and end is dropped; frames behind them are of another recording.
        long start = _framesDecoded * _frameSamples;
        long drop = (_tag?.StartSamples ?? 0) - start;
        long end = _tag?.Frames is long frames && _framesDecoded < frames ? (frames * _frameSamples) - _tag.EndSamples - start : _frameSamples;
        _blockEnd = (int)Math.Clamp(end, 0, _frameSamples);
        _blockAt = (int)Math.Clamp(drop, 0, _blockEnd);
        _framesDecoded++;
    }

    /// <exception cref="AudioFormatException">Nothing was read.</exception>
    private void End()
    {
        _ended = true;
        if (_samplesGiven == 0)
        {
            string stated = StatedSamples > 0 ? $": its header states {StatedSamples} samples per channel" : "";
            throw new AudioFormatException($"'{_path}' holds no samples{stated}. Get another copy of the file.", _path);
        }

        if (_tag?.Frames > _framesDecoded)
        {
            _warnings.Add($"The file is truncated: its header states {StatedSamples} samples per channel, it holds {_samplesGiven}.");
        }
        else if (_frames.EndedInFrame)
        {
            _warnings.Add("The file is truncated: its last frame is not whole and was left out.");
        }

        if (_frames.SkippedBytes > 0)
        {
            _warnings.Add($"{_frames.SkippedBytes} bytes are no MP3 frames and were passed over.");
        }

        if (_decoder.SilencedFrames > 0)
        {
            _warnings.Add($"{_decoder.SilencedFrames} frames are damaged, or need bytes of frames that are missing, and were replaced by silence.");
        }
    }
}
