using AudioCodec.Codecs.Configuration;
using AudioCodec.Codecs.Quantization;
using AudioCodec.Numerics;

namespace AudioCodec.Codecs;

/// <summary>Encodes audio as it arrives, in chunks of any size, on the managed engine.</summary>
/// <remarks>
/// The codes are the same bit for bit however the audio is divided into chunks. Memory does not grow with
/// the length. A causal model gives frame f as soon as sample (max(f, 6 - f) + 1) * hop - 1 is there (f and hop of the 24 kHz
/// model; reflection at the start makes the first frames wait for each other); a segmented one gives a segment when it is full.
/// One thread at a time may use an instance. Once running, a chunk allocates nothing.
/// </remarks>
internal sealed class StreamingEncoder : ICodecEncoder
{
    private readonly StreamingLatentEncoder _latents;
    private readonly Quantizing _quantizing;

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
        Executor executor = new(threads);
        _latents = new StreamingLatentEncoder(model, executor);
        _quantizing = new Quantizing(new QuantizerState(model.Quantizer, executor, width), codebooks, model.Config.Dimension);
        Codebooks = codebooks;
    }

    /// <inheritdoc/>
    public int Codebooks { get; }

    /// <inheritdoc/>
    public long LengthSamples => _latents.LengthSamples;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> interleaved, ICodeSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _quantizing.Sink = sink;
        _latents.Write(interleaved, _quantizing);
    }

    /// <inheritdoc/>
    public void Complete(ICodeSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _quantizing.Sink = sink;
        _latents.Complete(_quantizing);
    }

    /// <inheritdoc/>
    public void Reset() => _latents.Reset();

    /// <inheritdoc/>
    public void Dispose() => _latents.Dispose();

    /// <summary>Rounds latents to codes on their way to the caller's sink.</summary>
    private sealed unsafe class Quantizing(QuantizerState quantizer, int codebooks, int dimension) : ILatentSink
    {
        private ushort[] _codes = [];

        public ICodeSink? Sink { get; set; }

        public void BeginSegment(float scale) => Sink!.BeginSegment(scale); // Set before the encoder runs.

        public void WriteFrames(ReadOnlySpan<float> latents)
        {
            int frames = latents.Length / dimension;
            int length = frames * codebooks;
            if (_codes.Length < length)
            {
                _codes = new ushort[length];
            }

            fixed (float* rows = latents)
            {
                quantizer.Encode(rows, frames, codebooks, _codes);
            }

            Sink!.WriteFrames(_codes.AsSpan(0, length)); // Set before the encoder runs.
        }
    }
}
