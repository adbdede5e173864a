using System.Runtime.ExceptionServices;
using AudioCodec.Audio;
using AudioCodec.Bitstream;
using AudioCodec.Codecs;
using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Compression;

/// <summary>The audio of codes in sequence, decoded with one decoder while it is read, in constant memory.</summary>
/// <remarks>Samples are those of the decoder, not clipped to -1 to 1.</remarks>
internal sealed class StretchAudioSource : AudioSource, ISampleSink
{
    private readonly IEcdcReader _reader;
    private readonly EncodecConfig _config;
    private readonly ICodecDecoder _decoder;
    private ushort[] _codes;
    private float[] _waiting = [];
    private int _waitingStart;
    private int _waitingEnd;
    private bool _anySegment;
    private bool _ended;
    private ExceptionDispatchInfo? _damage;

    /// <summary>Starts decoding.</summary>
    /// <param name="reader">The codes; disposed together with this.</param>
    /// <param name="engine">The codec that they were made with.</param>
    /// <param name="threads">Threads of the engine, at least 1; the samples do not depend on it.</param>
    /// <param name="firstFrames">Frames decoded together at first, for a low latency of the first samples.</param>
    public StretchAudioSource(IEcdcReader reader, ICodecEngine engine, int threads, int firstFrames = BulkCoding.Frames)
    {
        _reader = reader;
        _config = engine.Config;
        _decoder = engine.OpenDecoder(reader.Codebooks, reader.LengthSamples, threads);
        _codes = new ushort[firstFrames * reader.Codebooks];
    }

    /// <inheritdoc/>
    public override int SampleRateHz => _config.SampleRateHz;

    /// <inheritdoc/>
    public override int Channels => _config.Channels;

    /// <inheritdoc/>
    public override long? LengthSamples => _reader.LengthSamples;

    /// <inheritdoc cref="IEcdcReader.CountTrailingBytes"/>
    public long CountTrailingBytes() => _reader.CountTrailingBytes();

    /// <inheritdoc/>
    /// <exception cref="BitstreamException">The stream is damaged or ends too soon.</exception>
    public override int Read(Span<float> destination)
    {
        while (_waitingStart == _waitingEnd && !_ended)
        {
            DecodeSome();
        }

        // The first samples came as soon as they could.
        _decoder.ForThroughput();
        int samples = Math.Min(destination.Length, _waitingEnd - _waitingStart) / Channels;
        _waiting.AsSpan(_waitingStart, samples * Channels).CopyTo(destination);
        _waitingStart += samples * Channels;
        return samples;
    }

    /// <inheritdoc/>
    void ISampleSink.WriteSamples(ReadOnlySpan<float> interleaved)
    {
        if (_waitingStart == _waitingEnd)
        {
            _waitingStart = 0;
            _waitingEnd = 0;
        }

        if (_waiting.Length - _waitingEnd < interleaved.Length)
        {
            Array.Resize(ref _waiting, Math.Max(_waiting.Length * 2, _waitingEnd + interleaved.Length));
        }

        interleaved.CopyTo(_waiting.AsSpan(_waitingEnd));
        _waitingEnd += interleaved.Length;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
            _reader.Dispose();
        }

        base.Dispose(disposing);
    }

    private void DecodeSome()
    {
        _damage?.Throw();
        try
        {
            DecodeNext();
        }
        catch (Exception damage) when (_decoder is StreamingDecoder decoder && damage is BitstreamException or IOException)
        {
            // Segments before it may wait for others, to be decoded together: they are given first.
            _damage = ExceptionDispatchInfo.Capture(damage);
            decoder.GiveWaiting(this);
        }
    }

    private void DecodeNext()
    {
        int frames = _anySegment ? _reader.ReadFrames(_codes) : 0;
        if (frames > 0)
        {
            _decoder.Write(_codes.AsSpan(0, frames * _reader.Codebooks), this);
            _codes = _codes.Length == BulkCoding.Frames * _reader.Codebooks ? _codes : new ushort[BulkCoding.Frames * _reader.Codebooks];
        }
        else if (_reader.TryNextSegment(out EcdcSegment segment))
        {
            _anySegment = true;
            _decoder.BeginSegment(segment.Scale(_reader.Geometry), this);
        }
        else
        {
            End();
        }
    }

    private void End()
    {
        _ended = true;
        if (_anySegment)
        {
            _decoder.Complete(this);
        }
    }
}
