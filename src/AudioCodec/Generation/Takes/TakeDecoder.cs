using AudioCodec.Codecs;

namespace AudioCodec.Generation.Takes;

/// <summary>Decodes the codes of a take as they come; the samples do not depend on how the codes are divided.</summary>
/// <remarks>
/// Of two channels each is decoded by itself with a mono codec: of a frame's codes 2k is the left one's codebook k, 2k + 1 the right one's. Source:
/// audiocraft/models/encodec.py, InterleaveStereoCompressionModel.
/// </remarks>
internal sealed class TakeDecoder : IDisposable
{
    private readonly int _codebooks;
    private readonly int _hopSamples;
    private readonly Side[] _sides;
    private long _framesTaken;
    private long _samplesGiven;

    /// <summary>Starts a take.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="codebooks">Codes per frame of all channels together.</param>
    /// <param name="channels">1 or 2.</param>
    /// <param name="threads">Threads to use, at least 1.</param>
    public TakeDecoder(ICodecEngine codec, int codebooks, int channels, int threads)
    {
        _codebooks = codebooks;
        _hopSamples = codec.Config.HopSamples;
        _sides = [.. Enumerable.Range(0, channels).Select(_ => new Side(codec.OpenDecoder(codebooks / channels, threads: threads)))];
    }

    /// <summary>Decodes frames.</summary>
    /// <param name="codes">[F, K].</param>
    /// <returns>The samples that are certain now, [T, C].</returns>
    public float[] Write(ReadOnlySpan<ushort> codes)
    {
        for (int channel = 0; channel < _sides.Length; channel++)
        {
            _sides[channel].Write(codes, channel, _sides.Length);
        }

        _framesTaken += codes.Length / _codebooks;
        return Take();
    }

    /// <summary>Ends the take.</summary>
    /// <returns>The remaining samples, [T, C].</returns>
    public float[] Complete()
    {
        foreach (Side side in _sides)
        {
            side.Complete();
        }

        return Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Side side in _sides)
        {
            side.Dispose();
        }
    }

    private float[] Take()
    {
        // All sides have taken the same frames, and give equally many samples.
        int count = (int)Math.Min(_sides[0].Samples.Count, (_framesTaken * _hopSamples) - _samplesGiven);
        var samples = new float[count * _sides.Length];
        for (int channel = 0; channel < _sides.Length; channel++)
        {
            for (int t = 0; t < count; t++)
            {
                samples[(t * _sides.Length) + channel] = _sides[channel].Samples[t];
            }

            _sides[channel].Samples.Clear();
        }

        _samplesGiven += count;
        return samples;
    }

    /// <summary>One channel.</summary>
    private sealed class Side(ICodecDecoder decoder) : ISampleSink, IDisposable
    {
        private ushort[] _codes = [];

        public List<float> Samples { get; } = [];

        public void Write(ReadOnlySpan<ushort> codes, int channel, int channels)
        {
            int count = codes.Length / channels;
            _codes = _codes.Length < count ? new ushort[count] : _codes;
            for (int i = 0; i < count; i++)
            {
                _codes[i] = codes[(i * channels) + channel];
            }

            decoder.Write(_codes.AsSpan(0, count), this);
        }

        public void Complete() => decoder.Complete(this);

        public void WriteSamples(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved);

        public void Dispose() => decoder.Dispose();
    }
}
