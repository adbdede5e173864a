using System.Numerics.Tensors;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Turns audio into latents as it arrives: the managed engine's encoder network, without a quantizer.</summary>
/// <remarks>
/// Memory does not grow with the length. A causal model gives frame f as soon as sample (max(f, 6 - f) + 1) * hop - 1 is there (f and hop of
/// the 24 kHz model; reflection at the start makes the first frames wait for each other); a segmented one gives a segment when it is full. Segments that one
/// chunk fills are computed together, a thread for each.
/// One thread at a time may use an instance. Once running, a chunk allocates nothing.
/// </remarks>
internal sealed unsafe class StreamingLatentEncoder : ILatentEncoder
{
    private readonly EncodecConfig _config;
    private readonly int _hop;

    // A model with segments has a batch of them, another one a running network.
    private readonly SegmentBatch? _segments;
    private readonly ISeanetState? _network;
    private readonly RowBuffer _samples;
    private readonly RowBuffer _latents;
    private bool _completed;

    /// <summary>Starts a stream.</summary>
    /// <param name="model">The model; shared, not changed.</param>
    /// <param name="executor">Runs the network's products.</param>
    public StreamingLatentEncoder(EncodecModel model, Executor executor)
    {
        _config = model.Config;
        _hop = _config.HopSamples;
        if (_config.IsSegmented)
        {
            _segments = new SegmentBatch(model.OpenEncoderNetwork, executor, model.SegmentsTogether(executor.Threads), _config.Channels, _config.Dimension);
        }
        else
        {
            _network = model.OpenEncoderNetwork(executor);
        }

        _samples = new RowBuffer(_config.Channels);
        _latents = new RowBuffer(_config.Dimension);
    }

    /// <summary>Samples per channel taken so far.</summary>
    public long LengthSamples { get; private set; }

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
        int chunk = BulkCoding.ChunkFrames(interleaved.Length / _config.Channels / _hop) * _hop;
        int piece = Math.Max(chunk, (_segments?.Capacity * _config.SegmentStrideSamples) ?? 0) * _config.Channels;
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
        if (_network is not null)
        {
            _network.Process(_samples.Pointer, _samples.Count, last: true, _latents);
            PassOn(_latents, sink);
        }

        while (_segments is not null && _samples.Count > 0)
        {
            TakeSegment(_segments);
            EncodeSegments(_segments, sink);
        }
    }

    /// <summary>Prepares for another stream.</summary>
    public void Reset()
    {
        _network?.Reset();
        _segments?.Clear();
        _samples.Clear();
        _latents.Clear();
        LengthSamples = 0;
        _completed = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        _segments?.Dispose();
    }

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
        if (_network is not null && LengthSamples == 0)
        {
            sink.BeginSegment(1f);
        }
    }

    private void Advance(ILatentSink sink)
    {
        if (_network is null)
        {
            EncodeFull(_segments!, sink); // One of the two is there.
            return;
        }

        // Whole hops only: less completes no frame.
        int hops = _samples.Count / _hop;
        if (hops > 0)
        {
            _network.Process(_samples.Pointer, hops * _hop, last: false, _latents);
            _samples.RemoveFirst(hops * _hop);
            PassOn(_latents, sink);
        }
    }

    private void EncodeFull(SegmentBatch segments, ILatentSink sink)
    {
        while (_config.SegmentSamples is int length && _samples.Count >= length)
        {
            while (_samples.Count >= length && segments.Count < segments.Capacity)
            {
                TakeSegment(segments);
            }

            EncodeSegments(segments, sink);
        }
    }

    /// <summary>Moves the next segment, normalized where the model asks for it, into the batch.</summary>
    private void TakeSegment(SegmentBatch segments)
    {
        int length = Math.Min(_config.SegmentSamples ?? int.MaxValue, _samples.Count);
        SegmentBatch.Segment segment = segments.Next;
        float* input = segment.Input.Append(length);
        if (_config.NormalizeSegments)
        {
            segment.Scale = SegmentScale.Normalize(_samples.Pointer, length, _config.Channels, input);
        }
        else
        {
            _samples.Rows[..(length * _config.Channels)].CopyTo(segment.Input.Rows);
        }

        _samples.RemoveFirst(Math.Min(_config.SegmentStrideSamples ?? length, length));
        segments.Add();
    }

    private static void EncodeSegments(SegmentBatch segments, ILatentSink sink)
    {
        foreach (SegmentBatch.Segment segment in segments.Run())
        {
            sink.BeginSegment(segment.Scale);
            PassOn(segment.Output, sink);
        }

        segments.Clear();
    }

    private static void PassOn(RowBuffer latents, ILatentSink sink)
    {
        if (latents.Count > 0)
        {
            sink.WriteFrames(latents.Rows);
            latents.Clear();
        }
    }
}
