using System.Numerics.Tensors;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Turns audio into latents as it arrives: the managed engine's encoder network, without a quantizer.</summary>
/// <remarks>
/// Memory does not grow with the length. A causal model gives frame f as soon as sample (max(f, 6 - f) + 1) * hop - 1 is there (f and hop of
/// the 24 kHz model; reflection at the start makes the first frames wait for each other); a segmented one gives a segment when it is full.
/// One thread at a time may use an instance. Once running, a chunk allocates nothing.
/// </remarks>
internal sealed unsafe class StreamingLatentEncoder : ILatentEncoder
{
    private readonly EncodecConfig _config;
    private readonly int _hop;
    private readonly ISeanetState _encoder;
    private readonly RowBuffer _samples;
    private readonly RowBuffer _normalized;
    private readonly RowBuffer _latents;
    private bool _completed;

    /// <summary>Starts a stream.</summary>
    /// <param name="model">The model; shared, not changed.</param>
    /// <param name="executor">Runs the network's products.</param>
    public StreamingLatentEncoder(EncodecModel model, Executor executor)
    {
        _config = model.Config;
        _hop = _config.HopSamples;
        _encoder = model.OpenEncoderNetwork(executor);
        _samples = new RowBuffer(_config.Channels);
        _normalized = new RowBuffer(_config.Channels);
        _latents = new RowBuffer(_config.Dimension);
    }

    /// <summary>Samples per channel taken so far.</summary>
    public long LengthSamples { get; private set; }

    // A model that normalizes over time sees a whole segment at once, and the whole piece where there are no segments.
    private bool Segmented => _config.SegmentSamples is not null || _config.Norm == ConvNorm.TimeGroupNorm;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> interleaved, ILatentSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (interleaved.Length % _config.Channels != 0)
        {
            throw new ArgumentException($"{interleaved.Length} values do not divide into {_config.Channels} channels.", nameof(interleaved));
        }

        if (_completed)
        {
            throw new InvalidOperationException("The stream was completed; call Reset to begin another.");
        }

        // A bounded piece at a time, so that memory does not follow the caller's chunk.
        int piece = BulkCoding.Frames * _hop * _config.Channels;
        while (interleaved.Length > 0)
        {
            ReadOnlySpan<float> now = interleaved[..Math.Min(piece, interleaved.Length)];
            interleaved = interleaved[now.Length..];
            BeginAtFirstSample(sink);
            _samples.Append(now);
            SilenceNotFinite(_samples.Rows[^now.Length..]);
            LengthSamples += now.Length / _config.Channels;
            Advance(sink);
        }
    }

    /// <inheritdoc/>
    public void Complete(ILatentSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_completed)
        {
            throw new InvalidOperationException("The stream was completed already.");
        }

        _completed = true;
        if (!Segmented)
        {
            _encoder.Process(_samples.Pointer, _samples.Count, last: true, _latents);
            PassOn(sink);
            return;
        }

        while (_samples.Count > 0)
        {
            EncodeSegment(sink);
        }
    }

    /// <summary>Prepares for another stream.</summary>
    public void Reset()
    {
        _encoder.Reset();
        _samples.Clear();
        _latents.Clear();
        LengthSamples = 0;
        _completed = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    /// <summary>One such sample would spoil everything after it through the recurrent layers, and a segment's scale.</summary>
    private static void SilenceNotFinite(Span<float> samples)
    {
        if (TensorPrimitives.IsFiniteAll(samples))
        {
            return;
        }

        foreach (ref float sample in samples)
        {
            sample = float.IsFinite(sample) ? sample : 0f;
        }
    }

    private void BeginAtFirstSample(ILatentSink sink)
    {
        if (!Segmented && LengthSamples == 0)
        {
            sink.BeginSegment(1f);
        }
    }

    private void Advance(ILatentSink sink)
    {
        if (Segmented)
        {
            while (_config.SegmentSamples is int length && _samples.Count >= length)
            {
                EncodeSegment(sink);
            }

            return;
        }

        // Whole hops only: less completes no frame.
        int hops = _samples.Count / _hop;
        if (hops > 0)
        {
            _encoder.Process(_samples.Pointer, hops * _hop, last: false, _latents);
            _samples.RemoveFirst(hops * _hop);
            PassOn(sink);
        }
    }

    private void EncodeSegment(ILatentSink sink)
    {
        int length = Math.Min(_config.SegmentSamples ?? int.MaxValue, _samples.Count);
        float scale = 1f;
        float* samples = _samples.Pointer;
        if (_config.NormalizeSegments)
        {
            _normalized.Clear();
            samples = _normalized.Append(length);
            scale = SegmentScale.Normalize(_samples.Pointer, length, _config.Channels, samples);
        }

        sink.BeginSegment(scale);
        _encoder.Reset();
        _encoder.Process(samples, length, last: true, _latents);
        PassOn(sink);
        _samples.RemoveFirst(Math.Min(_config.SegmentStrideSamples ?? length, length));
    }

    private void PassOn(ILatentSink sink)
    {
        if (_latents.Count > 0)
        {
            sink.WriteFrames(_latents.Rows);
            _latents.Clear();
        }
    }
}
