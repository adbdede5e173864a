using System.Numerics.Tensors;
using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Codecs.Seanet;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Encodes audio as it comes in, in chunks of any size.</summary>
/// <remarks>
/// The codes of all chunks together are those of the whole piece, bit for bit, however it was cut. Memory does not grow with
/// the length. A causal model gives frame f as soon as sample (max(f, 6 - f) + 1) * hop - 1 is there (f and hop of the 24 kHz
/// model; reflection at the start makes the first frames wait for each other); a segmented one gives a segment when it is full.
/// One thread at a time may use an instance. Once running, a chunk allocates nothing.
/// </remarks>
public sealed unsafe class StreamingEncoder
{
    // Frames computed together: long enough for the matrix products, short enough that activations stay in the cache.
    private const int ChunkFrames = 48;
    private readonly EncodecConfig _config;
    private readonly int _hop;
    private readonly SeanetState _encoder;
    private readonly QuantizerState _quantizer;
    private readonly RowBuffer _samples;
    private readonly RowBuffer _normalized;
    private readonly RowBuffer _latents;
    private ushort[] _codes = [];
    private bool _completed;

    /// <summary>Starts a stream.</summary>
    /// <param name="model">The model; shared, not changed.</param>
    /// <param name="codebooks">Codes per frame, 1 to the model's number.</param>
    /// <param name="threads">Threads to use, at least 1; the codes do not depend on it.</param>
    /// <param name="searchWidth">Partial sums kept by the residual search, 1 (greedy) to 64; <see langword="null"/> for the model's <see cref="EncodecConfig.SearchWidth"/>.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public StreamingEncoder(EncodecModel model, int codebooks, int threads = 1, int? searchWidth = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(codebooks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codebooks, model.Config.Codebooks);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int width = searchWidth ?? model.Config.SearchWidth;
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(searchWidth));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, EncodecConfig.MaxSearchWidth, nameof(searchWidth));
        _config = model.Config;
        _hop = _config.HopSamples;
        Codebooks = codebooks;
        Executor executor = new(threads);
        _encoder = new SeanetState(model.Encoder, executor);
        _quantizer = new QuantizerState(model.Quantizer, executor, width);
        _samples = new RowBuffer(_config.Channels);
        _normalized = new RowBuffer(_config.Channels);
        _latents = new RowBuffer(_config.Dimension);
    }

    /// <summary>Codes per frame, K.</summary>
    public int Codebooks { get; }

    /// <summary>Samples per channel taken so far.</summary>
    public long LengthSamples { get; private set; }

    // A model that normalizes over time sees a whole segment at once, and the whole piece where there are no segments.
    private bool Segmented => _config.SegmentSamples is not null || _config.Norm == ConvNorm.TimeGroupNorm;

    /// <summary>Takes samples and passes on the frames that they complete.</summary>
    /// <param name="interleaved">[T, C], any length that is a multiple of C. NaN and infinity count as silence.</param>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of the channels.</exception>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Write(ReadOnlySpan<float> interleaved, ICodeSink sink)
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
        int piece = ChunkFrames * _hop * _config.Channels;
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

    /// <summary>Ends the piece and passes on the frames that were waiting for its end.</summary>
    /// <param name="sink">Receives the frames.</param>
    /// <exception cref="InvalidOperationException">The stream was completed.</exception>
    public void Complete(ICodeSink sink)
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

    /// <summary>Makes ready for another piece.</summary>
    public void Reset()
    {
        _encoder.Reset();
        _samples.Clear();
        _latents.Clear();
        LengthSamples = 0;
        _completed = false;
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

    private void BeginAtFirstSample(ICodeSink sink)
    {
        if (!Segmented && LengthSamples == 0)
        {
            sink.BeginSegment(1f);
        }
    }

    private void Advance(ICodeSink sink)
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

    private void EncodeSegment(ICodeSink sink)
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

    private void PassOn(ICodeSink sink)
    {
        int frames = _latents.Count;
        if (frames == 0)
        {
            return;
        }

        int length = frames * Codebooks;
        if (_codes.Length < length)
        {
            _codes = new ushort[length];
        }

        _quantizer.Encode(_latents.Pointer, frames, Codebooks, _codes);
        _latents.Clear();
        sink.WriteFrames(_codes.AsSpan(0, length));
    }
}
