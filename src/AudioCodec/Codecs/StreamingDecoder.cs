using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Decodes codes as they arrive, in chunks of any number of frames.</summary>
/// <remarks>
/// The samples are the same bit for bit however the codes are divided into chunks. Memory does not grow with
/// the length. A causal model gives the samples of frame f as soon as frame max(f, 6) is there (the official 24 kHz model), with a lead-in
/// of 6 or more frames as soon as f is there; a segmented
/// one gives a segment's when it is complete, but for the overlap with the next, or several segments' together (<see cref="PreferThroughput"/>).
/// One thread at a time may use an instance.
/// Once running, a chunk allocates nothing.
/// </remarks>
internal sealed unsafe class StreamingDecoder : ICodecDecoder
{
    private readonly EncodecModel _model;
    private readonly EncodecConfig _config;
    private readonly QuantizerState _quantizer;
    private readonly RowBuffer _samples;

    // A model with segments has a batch of them, another one a running network and the latents that it has not seen.
    private readonly SegmentBatch? _segments;
    private readonly ISeanetState? _network;
    private readonly RowBuffer? _unseen;
    private readonly SegmentOverlap? _overlap;
    private readonly long _lengthSamples;
    private readonly long _segmentFrames;
    private float _scale = 1f;
    private int _leadInLeft;
    private bool _started;
    private bool _completed;

    /// <summary>Starts a stream.</summary>
    /// <param name="model">The model; shared, not changed.</param>
    /// <param name="codebooks">Codes per frame, 1 to the model's number.</param>
    /// <param name="lengthSamples">Most samples per channel to decode; the rest of the last frame is dropped.</param>
    /// <param name="threads">Threads to use, at least 1; the samples do not depend on it.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public StreamingDecoder(EncodecModel model, int codebooks, long lengthSamples = long.MaxValue, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(codebooks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codebooks, model.Config.Codebooks);
        ArgumentOutOfRangeException.ThrowIfNegative(lengthSamples);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _model = model;
        _config = model.Config;
        _lengthSamples = lengthSamples;
        _segmentFrames = _config.FrameCount(_config.SegmentSamples ?? long.MaxValue);
        Codebooks = codebooks;
        Executor executor = new(threads);
        _quantizer = new QuantizerState(model.Quantizer, executor);
        if (_config.IsSegmented)
        {
            _segments = new SegmentBatch(model.OpenDecoderNetwork, executor, model.SegmentsTogether(executor.Threads), _config.Dimension, _config.Channels);
        }
        else
        {
            _network = model.OpenDecoderNetwork(executor);
            _unseen = new RowBuffer(_config.Dimension);
        }

        _samples = new RowBuffer(_config.Channels);
        _overlap = _config.SegmentStrideSamples is int stride ? new SegmentOverlap(_config.Channels, stride) : null;
    }

    /// <summary>Codes per frame, K.</summary>
    public int Codebooks { get; }

    /// <summary>Samples per channel passed on so far.</summary>
    public long SamplesGiven { get; private set; }

    /// <summary>
    /// Whether segments wait until there is one for each thread, and are decoded together; if not, each is decoded as soon as it is complete. May change
    /// between segments; without segments or threads it changes nothing.
    /// </summary>
    public bool PreferThroughput { get; set; }

    // Where the next frames go; one of the two is there.
    private RowBuffer Latents => _segments is null ? _unseen! : _segments.Next.Input;

    /// <summary>Begins a segment; the one before it is complete. Does nothing for a model without segments.</summary>
    /// <param name="scale">The segment's scale; not used where the model does not normalize.</param>
    /// <param name="sink">Receives the remaining samples of the segment before it.</param>
    public void BeginSegment(float scale, ISampleSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        EndSegment(sink);
        _scale = _config.NormalizeSegments ? scale : 1f;
    }

    /// <summary>Decodes frames and passes on the samples that they complete.</summary>
    /// <param name="codes">[F, K], any number of frames.</param>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of K, or a code is not below the codebook's size.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Write(ReadOnlySpan<ushort> codes, ISampleSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        RequireCodes(codes);
        RequireOpen();
        int piece = BulkCoding.ChunkFrames(codes.Length / Codebooks) * Codebooks;
        while (codes.Length > 0)
        {
            ReadOnlySpan<ushort> now = codes[..Math.Min(piece, codes.Length)];
            codes = codes[now.Length..];
            _quantizer.Decode(now, Codebooks, Latents);
            Advance(sink);
        }
    }

    /// <inheritdoc/>
    public void WriteLatents(ReadOnlySpan<float> latents, ISampleSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (latents.Length % _config.Dimension != 0)
        {
            throw new ArgumentException($"{latents.Length} values do not divide into frames of {_config.Dimension}.", nameof(latents));
        }

        RequireOpen();
        int piece = BulkCoding.ChunkFrames(latents.Length / _config.Dimension) * _config.Dimension;
        while (latents.Length > 0)
        {
            ReadOnlySpan<float> now = latents[..Math.Min(piece, latents.Length)];
            latents = latents[now.Length..];
            Latents.Append(now);
            Advance(sink);
        }
    }

    /// <summary>Decodes the segments that are complete and wait for others; one that is not is dropped. Does nothing for a model without segments.</summary>
    /// <param name="sink">Receives the samples.</param>
    internal void GiveWaiting(ISampleSink sink)
    {
        if (_segments is not null)
        {
            DecodeSegments(sink);
        }
    }

    /// <summary>Ends the stream and passes on the remaining samples.</summary>
    /// <param name="sink">Receives the samples.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Complete(ISampleSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        if (_completed)
        {
            throw new InvalidOperationException("The stream was completed already.");
        }

        _completed = true;
        if (_network is not null)
        {
            _network.Process(Latents.Pointer, 0, last: true, _samples);
        }
        else
        {
            EndSegment(sink);
            DecodeSegments(sink);
            _overlap?.Flush(_samples);
        }

        PassOn(_samples, sink);
    }

    /// <summary>Prepares for another stream.</summary>
    public void Reset()
    {
        _network?.Reset();
        _unseen?.Clear();
        _segments?.Clear();
        _samples.Clear();
        _overlap?.Reset();
        SamplesGiven = 0;
        _scale = 1f;
        _leadInLeft = 0;
        _started = false;
        _completed = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network?.Dispose();
        _segments?.Dispose();
    }

    private void Advance(ISampleSink sink)
    {
        if (_network is not null)
        {
            Start(_network);
            _network.Process(Latents.Pointer, Latents.Count, last: false, _samples);
            Latents.Clear();
            PassOn(_samples, sink);
        }
        else if (Latents.Count == _segmentFrames)
        {
            // A whole segment: nobody need wait for the next to begin.
            EndSegment(sink);
        }
    }

    /// <summary>Before the first frame: lets the decoder run through silence.</summary>
    private void Start(ISeanetState network)
    {
        if (_started || _config.LeadInFrames == 0)
        {
            return;
        }

        _started = true;
        ReadOnlySpan<float> leadIn = _model.LeadIn;
        fixed (float* latents = leadIn)
        {
            network.Process(latents, leadIn.Length / _config.Dimension, last: false, _samples);
        }

        _leadInLeft = _config.LeadInFrames * _config.HopSamples;
    }

    private void RequireOpen()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The stream was completed; call Reset to begin another.");
        }
    }

    private void EndSegment(ISampleSink sink)
    {
        if (_segments is null || Latents.Count == 0)
        {
            return;
        }

        _segments.Next.Scale = _scale;
        _segments.Add();
        if (!PreferThroughput || _segments.Count == _segments.Capacity)
        {
            DecodeSegments(sink);
        }
    }

    private void DecodeSegments(ISampleSink sink)
    {
        foreach (SegmentBatch.Segment segment in _segments!.Run()) // Only called with segments.
        {
            RowBuffer samples = segment.Output;
            System.Numerics.Tensors.TensorPrimitives.Multiply(samples.Rows, segment.Scale, samples.Rows);
            _overlap?.Add(samples);
            PassOn(samples, sink);
        }

        _segments.Clear();
    }

    private void PassOn(RowBuffer samples, ISampleSink sink)
    {
        int silent = Math.Min(_leadInLeft, samples.Count);
        samples.RemoveFirst(silent);
        _leadInLeft -= silent;
        int count = (int)Math.Min(samples.Count, _lengthSamples - SamplesGiven);
        if (count > 0)
        {
            sink.WriteSamples(samples.Rows[..(count * _config.Channels)]);
            SamplesGiven += count;
        }

        samples.Clear();
    }

    private void RequireCodes(ReadOnlySpan<ushort> codes)
    {
        if (codes.Length % Codebooks != 0)
        {
            throw new ArgumentException($"{codes.Length} codes do not divide into frames of {Codebooks}.", nameof(codes));
        }

        int place = codes.IndexOfAnyExceptInRange((ushort)0, (ushort)(_config.CodebookSize - 1));
        if (place >= 0)
        {
            throw new ArgumentException(
                $"Code {codes[place]} in codebook {place % Codebooks} of frame {place / Codebooks} of this chunk: "
                + $"the codebooks of {_config.Name} have {_config.CodebookSize} entries. The codes were made with another model.",
                nameof(codes));
        }
    }
}
