using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;

namespace AudioCodec.Compression;

/// <summary>The audio of an <c>.ecdc</c> file from any position, decoded while it is read.</summary>
/// <remarks>
/// Memory is constant but for the index. Samples are those of the decoder, not clipped to -1 to 1. Where damage is concealed, the sound
/// fades out over 20 ms, is silent for the rest of the lost part, and fades in over 20 ms behind it; the length does not change.
/// </remarks>
internal sealed class EcdcAudioSource : AudioSource
{
    /// <summary>Seconds decoded before a seek point, so that the error to the original is that of a continuous decode, of which some models never come nearer (<c>ADR-0002-seeking.md</c>).</summary>
    public const double WarmUpSeconds = 0.5;

    // Decoded first, so that sound is heard soon.
    private const int FirstFrames = 48;

    /// <summary>Length of a fade at a lost part, seconds.</summary>
    private const double FadeSeconds = 0.02;

    private readonly IEcdcContainer _file;
    private readonly ICodecEngine _engine;
    private readonly int _threads;
    private readonly GapFade _fade;
    private StretchAudioSource? _stretch;
    private int _nextStretch;
    private long _skip;
    private long _left;
    private long _position;
    private float[] _skipped = [];
    private long _trailingBytes;
    private bool _ended;

    /// <summary>Starts decoding.</summary>
    /// <param name="file">The file, whose models have been set; not disposed.</param>
    /// <param name="engine">The codec that it was made with.</param>
    /// <param name="threads">Threads of the engine, at least 1; the samples do not depend on it.</param>
    /// <param name="startSample">First sample, at the model's rate; at the file's length the source is empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file is shorter than <paramref name="startSample"/>.</exception>
    public EcdcAudioSource(IEcdcContainer file, ICodecEngine engine, int threads = 1, long startSample = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentOutOfRangeException.ThrowIfNegative(startSample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startSample, file.LengthSamples);
        _file = file;
        _engine = engine;
        _threads = threads;
        _position = startSample;
        _fade = new GapFade(engine.Config.Channels, (int)(FadeSeconds * engine.Config.SampleRateHz));
        LengthSamples = file.LengthSamples - startSample;
        if (startSample == file.LengthSamples)
        {
            _nextStretch = file.Stretches.Count;
        }
        else if (startSample > 0)
        {
            EcdcSeekPoint point = file.OpenAt(startSample, WarmUpFrames(file.Geometry));
            Open(point.Reader, point.SkipSamples, point.LengthSamples, point.FirstFrames);
            _nextStretch = point.Stretch + 1;
        }
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _engine.Config.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _engine.Config.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Warnings
    {
        get
        {
            List<string> warnings =
            [
                .. _file.Damage.Select(damage =>
                    $"Damage concealed: {damage.Reason}{(damage.LengthSamples == 0 ? "" : $" ({damage.LengthSamples} samples from sample {damage.StartSample}).")}"),
            ];
            if (_trailingBytes > 0)
            {
                warnings.Add($"Ignored {Messages.Count(_trailingBytes, "byte")} behind the end of the stream; the file may be damaged.");
            }

            return warnings;
        }
    }

    /// <summary>Frames to decode before a seek point; none with segments, which are decoded on their own.</summary>
    public static int WarmUpFrames(EcdcGeometry geometry) =>
        geometry.SegmentSamples is null ? (int)Math.Ceiling(WarmUpSeconds * geometry.FrameRateHz) : 0;

    /// <inheritdoc/>
    /// <exception cref="BitstreamException">The file is damaged.</exception>
    public override int Read(Span<float> destination)
    {
        while (_left == 0)
        {
            if (_nextStretch == _file.Stretches.Count)
            {
                End();
                return 0;
            }

            EcdcStretch stretch = _file.Stretches[_nextStretch];
            Open(_file.OpenStretch(_nextStretch), stretch.SkipSamples, stretch.LengthSamples, FirstFrames);
            _nextStretch++;
        }

        StretchAudioSource source = _stretch!; // Samples are left only while a stretch is open.
        Skip(source);
        int wanted = (int)Math.Min(destination.Length / Channels, _left);
        int read = source.Read(destination[..(wanted * Channels)]);
        if (read == 0 && wanted > 0)
        {
            throw new BitstreamException(
                $"The chunks end {_left} samples before the length that the index states; the file is damaged.", -1, "index");
        }

        Conceal(destination[..(read * Channels)]);
        _left -= read;
        _position += read;
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stretch?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Conceal(Span<float> samples)
    {
        if (_file.Damage.Count > 0)
        {
            _fade.Update(_file.Damage);
            _fade.Apply(samples, _position);
            if (!_file.HasIndex)
            {
                _fade.ApplyEnd(samples, _position, _file.LengthSamples);
            }
        }
    }

    private void End()
    {
        if (!_ended)
        {
            _ended = true;
            _trailingBytes = _stretch?.CountTrailingBytes() ?? 0;
        }
    }

    private void Open(IEcdcReader codes, long skipSamples, long lengthSamples, int firstFrames)
    {
        _stretch?.Dispose();
        _stretch = new StretchAudioSource(codes, _engine, _threads, firstFrames);
        _skip = skipSamples;
        _left = lengthSamples;
    }

    private void Skip(StretchAudioSource source)
    {
        if (_skip > 0 && _skipped.Length == 0)
        {
            _skipped = new float[4096 * Channels];
        }

        while (_skip > 0)
        {
            int read = source.Read(_skipped.AsSpan(0, (int)Math.Min(_skip, _skipped.Length / Channels) * Channels));
            if (read == 0)
            {
                throw new BitstreamException($"The chunks end {_skip} samples before a stretch begins; the file is damaged.", -1, "index");
            }

            _skip -= read;
        }
    }
}
