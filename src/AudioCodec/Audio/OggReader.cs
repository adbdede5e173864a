using AudioCodec.Audio.Ogg;

namespace AudioCodec.Audio;

/// <summary>Reads Ogg files with Opus or Vorbis: the first audio stream of those side by side, and what is chained behind it.</summary>
/// <remarks>
/// Damaged pages are passed over with a warning; the length is exact to the sample. Streams chained behind the first one are converted to its rate and
/// channels. Source: RFC 3533, RFC 7845, Vorbis I specification.
/// </remarks>
internal sealed class OggReader : AudioSource
{
    private readonly Stream _stream;
    private readonly string _path;
    private readonly bool _leaveOpen;
    private readonly OggPageReader _pages;
    private readonly List<string> _warnings = [];
    private OggStream _current;
    private AudioSource _source;
    private int _gaps;
    private bool _any;
    private bool _cut;
    private bool _ended;

    /// <summary>Reads the headers.</summary>
    /// <param name="stream">Positioned at the first byte; need not be seekable.</param>
    /// <param name="path">Name for messages, <c>-</c> for a pipe.</param>
    /// <param name="leaveOpen">Whether the stream outlives the reader; it is read ahead of what was asked for.</param>
    /// <exception cref="AudioFormatException">The headers are damaged.</exception>
    /// <exception cref="UnsupportedAudioException">The file holds something else.</exception>
    public OggReader(Stream stream, string path = "-", bool leaveOpen = false)
    {
        _stream = stream;
        _path = path;
        _leaveOpen = leaveOpen;
        _pages = new OggPageReader(stream);
        long start = stream.CanSeek ? stream.Position : 0;
        _current = _pages.Next() ? OggStreams.OpenFirst(_pages, path) : throw new AudioFormatException(
            $"'{path}' begins like an Ogg file, but holds no whole page of one.", path);
        if (stream.CanSeek)
        {
            long ahead = stream.Position;
            stream.Position = start;
            if (OggLength.LastGranule(stream, _current.Serial) is long granule)
            {
                _current.StateLength(granule);
            }

            stream.Position = ahead;
        }

        _source = new LogicalStream(_current);
        (SampleRateHz, Channels, LengthSamples) = (_source.SampleRateHz, _source.Channels, _source.LengthSamples);
    }

    /// <inheritdoc/>
    public override int SampleRateHz { get; }

    /// <inheritdoc/>
    public override int Channels { get; }

    /// <inheritdoc/>
    /// <remarks>Stated of whole, seekable files with one stream of audio.</remarks>
    public override long? LengthSamples { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Whether a file starts as Ogg does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> signature) => signature.StartsWith("OggS"u8);

    /// <inheritdoc/>
    public override int Read(Span<float> destination)
    {
        while (!_ended && destination.Length >= Channels)
        {
            int read = _source.Read(destination);
            if (read > 0)
            {
                _any = true;
                return read;
            }

            EndStream();
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            if (!_leaveOpen)
            {
                _stream.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private void EndStream()
    {
        _gaps += _current.Gaps;
        _cut |= !_current.IsComplete;
        _warnings.AddRange(_source.Warnings);
        _source.Dispose();
        if (_pages.AtEnd)
        {
            _ended = true;
            Warn();
            if (_cut && !_any)
            {
                throw new AudioFormatException($"'{_path}' is cut off or damaged behind its headers: nothing of its audio is left.", _path);
            }

            return;
        }

        try
        {
            _current = OggStreams.OpenFirst(_pages, _path);
            _source = AudioFile.ConvertInput(new LogicalStream(_current), SampleRateHz, Channels, _path);
        }
        catch (UnsupportedAudioException exception)
        {
            throw new AudioFormatException($"'{_path}' goes on with {exception.Message}, which is not decoded here. Cut it there, for example with ffmpeg.", _path, exception);
        }
    }

    private void Warn()
    {
        if (_pages.SkippedBytes > 0)
        {
            _warnings.Add($"{_pages.SkippedBytes} bytes are damaged or no whole Ogg pages, and were left out.");
        }

        if (_gaps > 0)
        {
            _warnings.Add($"Pages are missing at {_gaps} {(_gaps == 1 ? "place" : "places")}; what they held was left out.");
        }

        if (_cut)
        {
            _warnings.Add("The end of the stream is missing: the file may be cut off.");
        }
    }

    private sealed class LogicalStream(OggStream stream) : AudioSource
    {
        public override int SampleRateHz => stream.SampleRateHz;

        public override int Channels => stream.Channels;

        public override long? LengthSamples => stream.LengthSamples;

        public override int Read(Span<float> destination) => stream.Read(destination);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                stream.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
