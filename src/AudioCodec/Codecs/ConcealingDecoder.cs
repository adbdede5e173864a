using AudioCodec.Codecs.Configuration;

namespace AudioCodec.Codecs;

/// <summary>Decodes a live stream some of whose frames never come: the last frame that came stands in for them, and fades when none comes for longer.</summary>
/// <remarks>
/// A lost frame gives as many samples as one that came. The level stays for <see cref="HoldSeconds"/>, falls linearly to silence in
/// <see cref="FadeSeconds"/>, and rises in <see cref="RiseSeconds"/> once frames come again. Before the first frame there is silence.
/// For causal models without segments. One thread at a time may use an instance.
/// </remarks>
internal sealed class ConcealingDecoder : ISampleSink, IDisposable
{
    public const double HoldSeconds = 0.03;
    public const double FadeSeconds = 0.06;
    public const double RiseSeconds = 0.01;

    private readonly ICodecDecoder _decoder;
    private readonly int _channels;
    private readonly int _hopSamples;
    private readonly int _holdSamples;
    private readonly float _fall;
    private readonly float _rise;
    private readonly ushort[] _last;
    private readonly Queue<bool> _lost = new();
    private float[] _scaled = [];
    private ISampleSink? _sink;
    private int _place;
    private int _lostSamples;
    private float _level;

    /// <summary>Starts a stream.</summary>
    /// <param name="decoder">Decodes it; disposed with this.</param>
    /// <param name="config">The model's configuration.</param>
    public ConcealingDecoder(ICodecDecoder decoder, EncodecConfig config)
    {
        _decoder = decoder;
        _channels = config.Channels;
        _hopSamples = config.HopSamples;
        _holdSamples = (int)(HoldSeconds * config.SampleRateHz);
        _fall = (float)(1 / (FadeSeconds * config.SampleRateHz));
        _rise = (float)(1 / (RiseSeconds * config.SampleRateHz));
        _last = new ushort[decoder.Codebooks];
    }

    /// <summary>Decodes a frame that came.</summary>
    /// <param name="codes">[K].</param>
    /// <param name="sink">Receives the samples that it completes.</param>
    /// <exception cref="ArgumentException">There are not K codes, or a code is not below the codebook's size.</exception>
    public void Write(ReadOnlySpan<ushort> codes, ISampleSink sink)
    {
        if (codes.Length != _last.Length)
        {
            throw new ArgumentException($"A frame has {_last.Length} codes, these are {codes.Length}.", nameof(codes));
        }

        if (_decoder.SamplesGiven == 0 && _lost.Count == 0)
        {
            _level = 1; // Nothing was lost before the first frame, so that there is nothing to rise from.
        }

        Decode(codes, isLost: false, sink);
        codes.CopyTo(_last);
    }

    /// <summary>Stands in for a frame that did not come.</summary>
    /// <param name="sink">Receives the samples that it completes.</param>
    public void WriteLost(ISampleSink sink) => Decode(_last, isLost: true, sink);

    /// <inheritdoc/>
    public void Dispose() => _decoder.Dispose();

    /// <inheritdoc/>
    void ISampleSink.WriteSamples(ReadOnlySpan<float> interleaved)
    {
        if (_scaled.Length < interleaved.Length)
        {
            _scaled = new float[interleaved.Length];
        }

        for (int at = 0; at < interleaved.Length; at += _channels)
        {
            float level = NextLevel();
            for (int c = 0; c < _channels; c++)
            {
                _scaled[at + c] = interleaved[at + c] * level;
            }
        }

        _sink!.WriteSamples(_scaled.AsSpan(0, interleaved.Length)); // Set before the decoder runs.
    }

    private void Decode(ReadOnlySpan<ushort> codes, bool isLost, ISampleSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        _lost.Enqueue(isLost);
        _decoder.Write(codes, this);
    }

    private float NextLevel()
    {
        bool isLost = _lost.Peek();
        _lostSamples = isLost ? _lostSamples + 1 : 0;
        if (!isLost)
        {
            _level = Math.Min(1, _level + _rise);
        }
        else if (_lostSamples > _holdSamples)
        {
            _level = Math.Max(0, _level - _fall);
        }

        if (++_place == _hopSamples)
        {
            _place = 0;
            _lost.Dequeue();
        }

        return _level;
    }
}
